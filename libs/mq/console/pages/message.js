import * as api from '../api.js';
import { bodyBytes, hexDump, indentedJson } from '../body-text.js';
import { h } from '../dom.js';
import { bytes, duration } from '../format.js';
import {
  badge,
  button,
  code,
  facts,
  groupLink,
  head,
  messageLink,
  none,
  panel,
  table,
  time,
  topicLink,
} from '../parts.js';

/** More would make the page slow; the file has all of it. */
const SHOWN_BYTES = 64 << 10;
const OUTCOMES = {
  acked: ['acknowledged', 'ok'],
  inflight: ['in flight', ''],
  failed: ['failed', 'warn'],
  expired: ['lease over without an answer', 'warn'],
  lost: ['client gone', 'warn'],
  reset: ['group was moved', ''],
  dead: ['became a dead letter', 'bad'],
};
const STATES = {
  waiting: ['waits', ''],
  inflight: ['in flight', ''],
  retrying: ['waits for its next delivery', 'warn'],
  done: ['done', 'ok'],
  dead: ['dead letter', 'bad'],
};

const load = ({ topic, messageId }) => api.get(api.pathOf('topics', topic, 'messages', messageId));

function view(records, { params, state, render }) {
  return h(
    'div',
    {},
    head(h('span', { class: 'id' }, params.messageId), {
      back: { parts: ['messages'], query: { topic: params.topic }, text: `Messages of ${params.topic}` },
      lead: records.length > 1 ? `It stands in the topic ${records.length} times: it was sent again.` : undefined,
    }),
    records.map((record) => copy(record, state, render)),
  );
}

function copy(record, state, render) {
  const { topic, queueId, queueOffset, messageId, originTopic } = record;
  return h(
    'article',
    { key: `${queueId}:${queueOffset}` },
    panel(
      'Headers',
      facts([
        ['Topic', topicLink(topic)],
        ['Queue and offset', `${queueId} : ${queueOffset}`],
        ['Type', badge(record.messageType)],
        ['Tag', record.tag && badge(record.tag)],
        ['Keys', record.keys.map((key) => code(key))],
        ['Message group', record.messageGroup],
        ['Stored', time(record.storeTimestampMs)],
        [
          'Born',
          record.bornTimestampMs
            ? h('span', {}, time(record.bornTimestampMs), ' on ', record.bornHost)
            : record.bornHost,
        ],
        ['Due', record.deliverAtMs ? time(record.deliverAtMs) : undefined],
        [
          'Dead letter of',
          originTopic
            ? h('span', {}, topicLink(originTopic), ', ', messageLink(originTopic, messageId, 'the message itself'))
            : undefined,
        ],
      ]),
      h('h3', {}, 'Properties'),
      properties(record.userProperties),
    ),
    bodyPanel(record, state, render),
    panel('Consumer groups', groupTable(record)),
    panel('Delivery history', historyTable(record.deliveries)),
  );
}

function properties(given) {
  return table({
    caption: 'Properties',
    rows: Object.entries(given).sort(([a], [b]) => a.localeCompare(b)),
    key: ([name]) => name,
    empty: 'None.',
    columns: [
      { title: 'Name', cell: ([name]) => code(name) },
      { title: 'Value', cell: ([, value]) => code(value) },
    ],
  });
}

function bodyPanel(record, state, render) {
  const content = bodyBytes(record);
  const json = record.bodyEncoding === 'utf8' ? indentedJson(record.body) : undefined;
  const ways = [...(json === undefined ? [] : ['JSON']), ...(record.bodyEncoding === 'utf8' ? ['text'] : []), 'hex'];
  const way = ways.includes(state.way) ? state.way : ways[0];
  const text = { JSON: json, text: record.body, hex: way === 'hex' ? hexDump(content, SHOWN_BYTES) : '' }[way];
  const cut = way === 'hex' ? content.length > SHOWN_BYTES : text.length > SHOWN_BYTES;
  const choose = (one) => () => {
    state.way = one;
    render();
  };
  return panel(
    {
      text: `Body, ${bytes(record.bodyBytes)}`,
      side: [
        h(
          'div',
          { class: 'segments', role: 'group', 'aria-label': 'Body as' },
          ways.map((one) =>
            h('button', { type: 'button', 'aria-pressed': String(one === way), onclick: choose(one) }, one),
          ),
        ),
        button('Save', () => save(record.messageId, content)),
      ],
    },
    h(
      'pre',
      { class: 'body', tabindex: 0, 'aria-label': `Body as ${way}` },
      text.slice(0, way === 'hex' ? undefined : SHOWN_BYTES),
    ),
    cut ? h('p', { class: 'muted' }, `Only the first ${bytes(SHOWN_BYTES)} are shown. Save has all of it.`) : undefined,
  );
}

function save(name, content) {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  h('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

function groupTable({ groups, deliveries }) {
  const rows = groups.map((row) => {
    const own = deliveries.filter(({ group }) => group === row.group);
    const dead = row.state === 'done' && own.at(-1)?.outcome === 'dead';
    return { ...row, state: dead ? 'dead' : row.state, attempts: row.attempts ?? own.at(-1)?.attempt };
  });
  return table({
    caption: 'State in each consumer group',
    rows,
    key: ({ group }) => group,
    empty: 'No group has subscribed to the topic.',
    columns: [
      { title: 'Group', cell: ({ group }) => groupLink(group) },
      { title: 'State', cell: ({ state }) => badge(...STATES[state]) },
      { title: 'Deliveries', number: true, cell: ({ attempts }) => attempts ?? none() },
      { title: 'Next', cell: ({ state, visibleAtMs }) => (state === 'retrying' ? time(visibleAtMs) : none()) },
    ],
  });
}

function historyTable(rows) {
  return table({
    caption: 'Deliveries',
    rows,
    key: ({ group, attempt, outcome, endedAtMs }) => `${group} ${attempt} ${outcome} ${endedAtMs}`,
    empty: 'It was not delivered yet, or its deliveries are too long ago to be kept.',
    columns: [
      { title: 'Group', cell: ({ group }) => groupLink(group) },
      { title: 'Attempt', number: true, cell: ({ attempt }) => attempt },
      { title: 'Outcome', cell: ({ outcome }) => badge(...OUTCOMES[outcome]) },
      { title: 'Delivered', cell: ({ deliveredAtMs }) => time(deliveredAtMs, 'before the last start') },
      { title: 'Ended', cell: ({ endedAtMs }) => time(endedAtMs, 'not yet') },
      { title: 'Took', number: true, cell: took },
      { title: 'Client', cell: ({ clientId }) => code(clientId) },
    ],
  });
}

function took({ outcome, deliveredAtMs, endedAtMs }) {
  return deliveredAtMs > 0 && endedAtMs > 0 && outcome !== 'dead' ? duration(endedAtMs - deliveredAtMs) : none();
}

export const message = { title: (params) => params.messageId, refreshMs: 3000, load, view };
