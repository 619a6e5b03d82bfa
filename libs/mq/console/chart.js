import { h, svg } from './dom.js';
import { clock } from './format.js';

const HEIGHT = 150;
const MARGIN = { top: 8, right: 8, bottom: 20, left: 52 };
const GRID_LINES = 3;
const PIXELS_A_TIME = 90;
const NICE = [1.5, 3, 6, 9, 12];

/**
 * A line chart of `samples` with `atMs`. `series`: [{ name, kind, value(sample) }]; `format` writes a value, whose
 * thousand is `unit`; a chart reaches at least up to `leastMax`. It keeps its crosshair over refreshes.
 */
export function lineChart({ title, series, samples, format, fromMs, toMs, unit = 1000, leastMax = 1, note = '' }) {
  const plot = h('div', { class: 'plot' });
  const legend = h('div', { class: 'legend' });
  const figure = h('figure', { class: 'chart' }, h('figcaption', {}, h('span', {}, title), legend), plot);
  figure.given = { title, series, samples, format, fromMs, toMs, unit, leastMax, note };
  figure.adopt = (likeness) => {
    figure.given = likeness.given;
    draw();
  };
  let hoverX;
  plot.onpointermove = ({ clientX }) => {
    hoverX = clientX - plot.getBoundingClientRect().left;
    draw();
  };
  plot.onpointerleave = () => {
    hoverX = undefined;
    draw();
  };
  const draw = () => drawInto(plot, legend, figure.given, hoverX);
  new ResizeObserver(draw).observe(plot);
  return figure;
}

function drawInto(plot, legend, given, hoverX) {
  const width = plot.clientWidth;
  if (width === 0) return;
  const scale = scaleOf(given, width);
  const shown = hoverX === undefined ? given.samples.at(-1) : nearest(given.samples, scale.timeAt(hoverX));
  legend.replaceChildren(...legendOf(given, shown, hoverX !== undefined));
  plot.replaceChildren(
    svg(
      'svg',
      { width, height: HEIGHT, role: 'img', 'aria-label': summary(given) },
      ...grid(given, scale, width),
      given.series.map((one) => lines(one, given.samples, scale)),
      hoverX !== undefined && shown ? crosshair(given, shown, scale) : undefined,
    ),
    ...(given.samples.length === 0
      ? [h('p', { class: 'plot-empty' }, 'The first sample comes in a few seconds.')]
      : []),
  );
}

function scaleOf({ samples, series, fromMs, toMs, unit, leastMax }, width) {
  const values = samples.flatMap((sample) => series.map(({ value }) => value(sample)));
  const max = niceMax(Math.max(leastMax, ...values), unit);
  const innerWidth = width - MARGIN.left - MARGIN.right;
  const innerHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  return {
    max,
    x: (ms) => MARGIN.left + ((ms - fromMs) / (toMs - fromMs)) * innerWidth,
    y: (value) => MARGIN.top + (1 - value / max) * innerHeight,
    timeAt: (x) => fromMs + ((x - MARGIN.left) / innerWidth) * (toMs - fromMs),
    times: Math.max(1, Math.floor(innerWidth / PIXELS_A_TIME)),
    bottom: HEIGHT - MARGIN.bottom,
  };
}

/** A short number times a power of ten, and of the unit's thousand: so have the grid lines, which are thirds of it. */
function niceMax(value, unit) {
  const large = unit ** Math.floor(Math.log(value) / Math.log(unit));
  const power = large * 10 ** Math.floor(Math.log10(value / large));
  return power * NICE.find((step) => step * power >= value);
}

function grid({ format, fromMs, toMs }, { max, x, y, times, bottom }, width) {
  const parts = [];
  for (let i = 0; i <= GRID_LINES; i++) {
    const value = (max * i) / GRID_LINES;
    parts.push(
      svg('line', { class: 'grid', x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) }),
      svg('text', { class: 'axis', x: MARGIN.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, format(value)),
    );
  }
  for (let i = 0; i <= times; i++) {
    const ms = fromMs + ((toMs - fromMs) * i) / times;
    const anchor = i === 0 ? 'start' : i === times ? 'end' : 'middle';
    parts.push(svg('text', { class: 'axis', x: x(ms), y: bottom + 15, 'text-anchor': anchor }, clock(ms)));
  }
  return parts;
}

function lines({ kind, value }, samples, { x, y, bottom }) {
  const points = samples.map((sample) => `${x(sample.atMs).toFixed(1)},${y(value(sample)).toFixed(1)}`);
  if (points.length === 0) return [];
  if (points.length === 1)
    return [svg('circle', { class: `dot ${kind}`, cx: x(samples[0].atMs), cy: y(value(samples[0])), r: 2 })];
  const first = x(samples[0].atMs).toFixed(1);
  const last = x(samples.at(-1).atMs).toFixed(1);
  return [
    svg('polygon', { class: `area ${kind}`, points: `${first},${bottom} ${points.join(' ')} ${last},${bottom}` }),
    svg('polyline', { class: `line ${kind}`, points: points.join(' ') }),
  ];
}

function crosshair({ series }, sample, { x, y, bottom }) {
  const at = x(sample.atMs);
  return [
    svg('line', { class: 'cross', x1: at, x2: at, y1: MARGIN.top, y2: bottom }),
    series.map(({ kind, value }) => svg('circle', { class: `dot ${kind}`, cx: at, cy: y(value(sample)), r: 3 })),
  ];
}

function legendOf({ series, format, note }, sample, hovered) {
  const values = series.map(({ name, kind, value }) =>
    h('span', {}, h('i', { class: `swatch ${kind}` }), name, ' ', h('b', {}, sample ? format(value(sample)) : '–')),
  );
  const beside = hovered && sample ? clock(sample.atMs) : note;
  return [...values, ...(beside ? [h('span', { class: 'muted' }, beside)] : [])];
}

function nearest(samples, ms) {
  let best = samples[0];
  for (const sample of samples) if (Math.abs(sample.atMs - ms) < Math.abs(best.atMs - ms)) best = sample;
  return best;
}

function summary({ title, series, samples, format }) {
  if (samples.length === 0) return `${title}: no samples yet`;
  const parts = series.map(({ name, value }) => {
    const values = samples.map(value);
    return `${name} ${format(values.at(-1))} now, ${format(Math.max(...values))} at most`;
  });
  return `${title}: ${parts.join('; ')}`;
}
