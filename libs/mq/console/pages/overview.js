import * as api from '../api.js';
import { lineChart } from '../chart.js';
import { h } from '../dom.js';
import { bytes, count, duration, percent, short, some } from '../format.js';
import {
  badge,
  code,
  facts,
  groupLink,
  head,
  isOwnTopic,
  link,
  none,
  panel,
  sum,
  table,
  time,
  topicLink,
} from '../parts.js';

const WINDOWS = [
  ['5', '5 min'],
  ['15', '15 min'],
  ['60', '1 h'],
];
const TOP = 6;
/** Shares of used disk at which the broker keeps messages shorter, removes them early, and takes none. */
const DISK_WARN = 0.75;
const DISK_BAD = 0.9;
/** Unless so much is free. */
const DISK_ENOUGH_BYTES = 10 * 2 ** 30;

async function load(_params, _query, state) {
  const samples = state.samples ?? [];
  const [status, history, groups, topics, dead] = await Promise.all([
    api.get('/status'),
    api.get('/history', { sinceMs: samples.at(-1)?.atMs }),
    api.get('/groups'),
    api.get('/topics'),
    api.get('/dead-letters'),
  ]);
  state.samples = [...samples, ...history.samples].slice(-720);
  return { status, groups, topics, dead };
}

function view({ status, groups, topics, dead }, { state, render }) {
  const { broker, version, endpoint, startedAtMs, takesMessages, failure, flush } = status;
  const unsent = sum(dead, ({ messages, resent }) => messages - resent);
  return h(
    'div',
    {},
    head('Cluster overview', {
      lead: [
        takesMessages ? badge('takes messages', 'ok') : badge('takes no messages', 'bad'),
        ' ',
        code(broker),
        ` at ${endpoint} · version ${version} · up for ${duration(Date.now() - startedAtMs)} · ${flush}`,
      ],
    }),
    failure ? h('p', { class: 'alert', role: 'alert' }, failure) : undefined,
    tiles(status, unsent),
    charts(status, state, render),
    h(
      'div',
      { class: 'columns' },
      panel(
        { text: 'Consumer groups that are behind', side: link(['groups'], 'All groups') },
        table({
          caption: 'Consumer groups with the largest lag',
          rows: groups
            .filter(({ lag }) => lag > 0)
            .sort((a, b) => b.lag - a.lag)
            .slice(0, TOP),
          key: ({ group, topic }) => `${group} ${topic}`,
          empty: 'Every group has finished everything.',
          columns: [
            { title: 'Group', cell: ({ group }) => groupLink(group) },
            { title: 'Topic', cell: ({ topic }) => topicLink(topic) },
            { title: 'Lag', number: true, cell: ({ lag }) => count(lag) },
            { title: 'Oldest', cell: ({ oldestStoredMs }) => age(oldestStoredMs) },
          ],
        }),
      ),
      panel(
        { text: 'Topics', side: link(['topics'], 'All topics') },
        table({
          caption: 'Topics with the most messages',
          rows: topics
            .filter(({ name }) => !isOwnTopic(name))
            .sort((a, b) => b.messages - a.messages)
            .slice(0, TOP),
          key: ({ name }) => name,
          empty: 'There is no topic yet.',
          columns: [
            { title: 'Topic', cell: ({ name }) => topicLink(name) },
            { title: 'Type', cell: ({ type }) => badge(type) },
            { title: 'Messages', number: true, cell: ({ messages }) => count(messages) },
          ],
        }),
      ),
    ),
    panel(
      'Broker',
      facts([
        ['Started', time(startedAtMs)],
        ['Data', code(status.dataDir)],
        ['Store on disk', bytes(status.disk.storeBytes)],
        ['Free on disk', `${bytes(status.disk.freeBytes)} of ${bytes(status.disk.totalBytes)}`],
        ['Memory', bytes(status.memoryBytes)],
        ['Connections', count(status.connections)],
        ['Calls under way', count(status.calls)],
        ['Messages in since start', count(status.sinceStart.messagesIn)],
        ['Messages out since start', count(status.sinceStart.messagesOut)],
      ]),
    ),
  );
}

const age = (ms) => (ms > 0 ? duration(Date.now() - ms) : none());

function tiles(status, unsent) {
  const { rates, lag, ready, inflight, disk, producers, consumers, delayed, halfMessages } = status;
  const used = 1 - disk.freeBytes / disk.totalBytes;
  const fills = disk.freeBytes < DISK_ENOUGH_BYTES && used >= DISK_WARN;
  const diskKind = !fills ? '' : used >= DISK_BAD ? 'bad' : 'warn';
  return h(
    'div',
    { class: 'tiles' },
    tile('In', `${short(rates.last10s.inPerSecond)}/s`, `${short(rates.last60s.inPerSecond)}/s over a minute`),
    tile('Out', `${short(rates.last10s.outPerSecond)}/s`, `${short(rates.last60s.outPerSecond)}/s over a minute`),
    tile('Lag', count(lag), `${count(ready)} ready, ${count(inflight)} in flight`, { to: ['groups'] }),
    tile('Dead letters', count(unsent), 'not sent again', { to: ['dead-letters'], kind: unsent > 0 ? 'bad' : '' }),
    tile('Pending', count(delayed + halfMessages), `${count(delayed)} delayed, ${count(halfMessages)} half`, {
      to: ['pending'],
    }),
    tile('Clients', count(producers + consumers), `${some(producers, 'producer')}, ${some(consumers, 'consumer')}`, {
      to: ['clients'],
    }),
    tile('Disk', percent(used), `${bytes(disk.freeBytes)} free`, { kind: diskKind }),
  );
}

/** @param {any} name @param {any} value @param {any} detail @param {{ to?: string[], kind?: string }} [more] */
function tile(name, value, detail, { to, kind = '' } = {}) {
  const content = [
    h('span', { class: 'tile-name' }, name),
    h('strong', { class: kind }, value),
    h('small', {}, detail),
  ];
  return to ? h('a', { class: 'tile', href: `#/${to.join('/')}` }, content) : h('div', { class: 'tile' }, content);
}

function charts({ disk }, state, render) {
  const minutes = state.minutes ?? '5';
  const toMs = Date.now();
  const fromMs = toMs - Number(minutes) * 60_000;
  const samples = state.samples.filter(({ atMs }) => atMs >= fromMs);
  const choose = (value) => () => {
    state.minutes = value;
    render();
  };
  const common = { samples, fromMs, toMs };
  return h(
    'section',
    { class: 'panel' },
    h(
      'div',
      { class: 'panel-head' },
      h('h2', {}, 'Live'),
      h(
        'div',
        { class: 'segments', role: 'group', 'aria-label': 'Time shown' },
        WINDOWS.map(([value, text]) =>
          h('button', { type: 'button', 'aria-pressed': String(value === minutes), onclick: choose(value) }, text),
        ),
      ),
    ),
    h(
      'div',
      { class: 'charts' },
      lineChart({
        ...common,
        title: 'Messages per second',
        format: short,
        series: [
          { name: 'in', kind: 'in', value: ({ inPerSecond }) => inPerSecond },
          { name: 'out', kind: 'out', value: ({ outPerSecond }) => outPerSecond },
        ],
      }),
      lineChart({
        ...common,
        title: 'Lag of all groups',
        format: short,
        series: [{ name: 'messages', kind: 'lag', value: ({ lag }) => lag }],
        leastMax: 3,
      }),
      lineChart({
        ...common,
        title: 'Messages on disk',
        format: bytes,
        unit: 1024,
        series: [{ name: 'log', kind: 'disk', value: ({ logBytes }) => logBytes }],
        leastMax: 3 << 20,
        note: `disk ${percent(1 - disk.freeBytes / disk.totalBytes)} used`,
      }),
    ),
  );
}

export const overview = { title: () => 'Overview', refreshMs: 2000, load, view };
