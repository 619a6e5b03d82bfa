/** The picture of an order: a lane for each service, time from top to bottom. */
import { h, svg } from './dom.js';
import { duration, t } from './language.js';
import { timelineModel } from './timeline-model.js';
import { detailsOf, failureOf, laneName, nameOf } from './timeline-words.js';

const MIN_LANE_WIDTH = 136;
const MAX_LANE_WIDTH = 190;
const USUAL_WIDTH = 1_160;
const TIME_WIDTH = 84;
const HEAD_HEIGHT = 52;
const ROW_HEIGHT = 27;
const GAP_HEIGHT = 38;
/** A pause that is worth a line of its own. */
const GAP_MS = 400;
const BAR_WIDTH = 10;
const SHORTEST_BAR = 12;
const ARROW = 7;
const CHAR_WIDTH = 7;

export function timelineChart(events) {
  const { lanes, moments, bars, outages } = timelineModel(events);
  const laneWidth = Math.min(MAX_LANE_WIDTH, Math.max(MIN_LANE_WIDTH, (USUAL_WIDTH - TIME_WIDTH) / lanes.length));
  const rows = placeRows(moments);
  const width = TIME_WIDTH + lanes.length * laneWidth;
  const height = (rows.at(-1)?.y ?? HEAD_HEIGHT) + ROW_HEIGHT;
  const x = (lane) => TIME_WIDTH + (lanes.indexOf(lane) + 0.5) * laneWidth;
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': t('timeline.label', { count: events.length }),
    },
    lanes.map((lane) => drawLane(x(lane), lane, height, laneWidth)),
    outages.map((outage) => drawOutage(outage, x(outage.lane), rows)),
    rows.filter(({ gapMs }) => gapMs).map(({ gapMs, y }) => drawGap(gapMs, y, width)),
    bars.map((bar) => drawBar(bar, x(bar.lane), rows)),
    rows.map((row) => drawMoment(row, x, width)),
  );
  return h('div', { class: 'chart', tabindex: 0, role: 'region', 'aria-label': t('timeline.title') }, picture);
}

/** A row for each moment; a long pause is drawn as what it is, not to scale. */
function placeRows(moments) {
  let y = HEAD_HEIGHT;
  return moments.map((moment, index) => {
    const sinceMs = index === 0 ? 0 : moment.at - moments[index - 1].at;
    const gapMs = sinceMs > GAP_MS ? sinceMs : 0;
    y += ROW_HEIGHT + (gapMs ? GAP_HEIGHT : 0);
    return { moment, y, gapMs };
  });
}

function drawLane(x, lane, height, laneWidth) {
  const label = laneName(lane);
  const boxWidth = laneWidth - 20;
  return svg(
    'g',
    { class: `lane lane-${lane}` },
    svg('line', { class: 'lifeline', x1: x, x2: x, y1: HEAD_HEIGHT - 12, y2: height }),
    svg('rect', { class: 'head', x: x - boxWidth / 2, y: 8, width: boxWidth, height: 32, rx: 9 }),
    svg('text', { class: 'head-text', x, y: 29, 'text-anchor': 'middle' }, label),
  );
}

function drawOutage({ from, to }, x, rows) {
  const yOf = (wanted) => rows.find(({ moment }) => moment === wanted).y;
  return svg('line', { class: 'outage', x1: x, x2: x, y1: yOf(from), y2: yOf(to) });
}

function drawGap(gapMs, y, width) {
  const middle = y - ROW_HEIGHT / 2 - GAP_HEIGHT / 2;
  return svg(
    'g',
    { class: 'gap' },
    svg('rect', { x: 0, y: middle - 11, width, height: 22, rx: 6 }),
    svg(
      'text',
      { x: width / 2, y: middle + 4, 'text-anchor': 'middle' },
      t('timeline.later', { time: duration(gapMs) }),
    ),
  );
}

/** From the row where the work began to the one where it ended. */
function drawBar({ from, to, undone }, x, rows) {
  const first = rows.find(({ moment }) => moment.at >= from - 0.001) ?? rows.at(-1);
  const last = rows.findLast(({ moment }) => moment.at <= to + 0.001) ?? first;
  const height = Math.max(last.y - first.y, SHORTEST_BAR);
  const place = { x: x - BAR_WIDTH / 2, y: first.y, width: BAR_WIDTH, height, rx: 3 };
  return svg('rect', { class: undone ? 'bar undone' : 'bar', ...place });
}

function drawMoment({ moment, y }, x, width) {
  const { kind, event, undone } = moment;
  const failed = kind !== 'call' && failureOf(event) !== '';
  const classes = ['moment', kind, undone && 'undone', failed && 'failed', event.fromTables && 'from-tables'];
  return svg(
    'g',
    { class: classes.filter(Boolean).join(' ') },
    svg('title', {}, `${nameOf(event)} · ${detailsOf(event)}`),
    kind === 'return'
      ? null
      : svg('text', { class: 'time', x: TIME_WIDTH - 12, y: y + 4, 'text-anchor': 'end' }, `+${duration(moment.at)}`),
    moment.to ? drawArrow(moment, x(moment.from), x(moment.to), y, failed) : drawMark(moment, x(moment.lane), y, width),
  );
}

function drawArrow({ kind, event }, from, to, y, failed) {
  const way = Math.sign(to - from) || 1;
  const [start, end] = [from + (way * BAR_WIDTH) / 2, to - (way * BAR_WIDTH) / 2];
  const head = `M ${end - way * ARROW} ${y - ARROW / 1.6} L ${end} ${y} L ${end - way * ARROW} ${y + ARROW / 1.6}`;
  const left = way > 0 ? start + 8 : start - 8;
  return [
    svg('line', { class: 'arrow', x1: start, x2: end, y1: y, y2: y }),
    svg('path', { class: 'arrow-head', d: head }),
    svg(
      'text',
      { class: 'label', x: left, y: y - 5, 'text-anchor': way > 0 ? 'start' : 'end' },
      labelOf(kind, event, failed),
    ),
  ];
}

function labelOf(kind, event, failed) {
  if (failed) return `✗ ${kind === 'return' ? '' : `${nameOf(event)}: `}${failureOf(event)}`;
  if (kind === 'return') return event.durationMs === null ? '' : duration(event.durationMs);
  return kind === 'send' || kind === 'receive' ? `✉ ${nameOf(event)}` : nameOf(event);
}

const SHAPES = {
  state: (x, y) => svg('circle', { class: 'mark', cx: x, cy: y, r: 6 }),
  undone: (x, y) =>
    svg('path', { class: 'mark', d: `M ${x} ${y - 8} L ${x + 8} ${y} L ${x} ${y + 8} L ${x - 8} ${y} Z` }),
  duplicate: (x, y) => svg('path', { class: 'mark', d: `M ${x - 6} ${y - 3} h 12 M ${x - 6} ${y + 3} h 12` }),
  fault: (x, y) => svg('path', { class: 'mark', d: `M ${x + 2} ${y - 10} l -9 12 h 6 l -2 9 l 10 -13 h -6 z` }),
  start: (x, y) => svg('path', { class: 'mark', d: `M ${x - 6} ${y - 7} L ${x + 8} ${y} L ${x - 6} ${y + 7} Z` }),
  serve: (x, y) => svg('rect', { class: 'mark', x: x - 5, y: y - 5, width: 10, height: 10, rx: 2 }),
};

/** The label stands to the right of the mark, or to the left where there is no room. */
function drawMark({ kind, event, undone, lane }, x, y, width) {
  const text = nameOf(event);
  const fits = x + 14 + text.length * CHAR_WIDTH < width || lane === 'customer';
  const place = fits ? { x: x + 13, 'text-anchor': 'start' } : { x: x - 13, 'text-anchor': 'end' };
  return [SHAPES[undone ? 'undone' : kind](x, y), svg('text', { class: 'label', y: y + 4, ...place }, text)];
}
