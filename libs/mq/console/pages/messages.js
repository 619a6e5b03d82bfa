import * as api from '../api.js';
import { h } from '../dom.js';
import { bytes, localTime } from '../format.js';
import {
  address,
  badge,
  field,
  head,
  isOwnTopic,
  messageLink,
  none,
  panel,
  select,
  table,
  time,
  topicLink,
} from '../parts.js';

const WAYS = [
  ['newest', 'newest'],
  ['time', 'time'],
  ['key', 'key'],
  ['id', 'message id'],
];
const LIMITS = ['20', '100', '500'];
const PREVIEW_CHARS = 120;
const HOUR_MS = 3600_000;
/** Topics that are asked at the same time. */
const AT_ONCE = 6;

/** Without a search in the address only the form is shown. */
async function load(_params, query) {
  const topics = (await api.get('/topics')).map(({ name }) => name).sort();
  const { by = 'newest', topic, q } = query;
  const searched = topic || ((by === 'key' || by === 'id') && q);
  if (!searched) return { topics, found: undefined };
  const among = topic ? [topic] : topics.filter((name) => !isOwnTopic(name));
  const found = [];
  for (let at = 0; at < among.length; at += AT_ONCE)
    found.push(...(await Promise.all(among.slice(at, at + AT_ONCE).map((name) => search(name, query)))).flat());
  return { topics, found };
}

async function search(topic, { by, q, from, to, limit = LIMITS[0] }) {
  const ms = (text) => (text ? new Date(text).getTime() : undefined);
  if (by === 'id') {
    try {
      return await api.get(api.pathOf('topics', topic, 'messages', q.trim()));
    } catch (error) {
      if (error.status === 404) return [];
      throw error;
    }
  }
  const window = by === 'time' ? { fromMs: ms(from), toMs: ms(to) } : {};
  return api.get('/messages', { topic, limit, key: by === 'key' ? q.trim() : undefined, ...window });
}

function view({ topics, found }, { query, state, render }) {
  return h('div', {}, head('Messages'), panel('Search', form(topics, query, state, render)), results(found, query));
}

function form(topics, query, state, render) {
  // A choice holds until another search is in the address.
  const searched = JSON.stringify(query);
  const by = state.choice?.searched === searched ? state.choice.by : (query.by ?? 'newest');
  const choose = ({ target }) => {
    state.choice = { searched, by: target.value };
    render();
  };
  const everywhere = by === 'key' || by === 'id';
  const choices = [...(everywhere ? [['', 'all topics']] : []), ...topics];
  const first = everywhere ? '' : topics.find((name) => !isOwnTopic(name));
  const topic = field('Topic', select('topic', choices, query.topic ?? first));
  topic.key = everywhere ? 'all topics' : 'a topic';
  const byTime = by === 'time';
  return h(
    'form',
    { class: 'search', onsubmit: submit, key: searched },
    field('Search by', select('by', WAYS, by, { onchange: choose })),
    topic,
    everywhere
      ? field(
          by === 'key' ? 'Key' : 'Message id',
          h('input', { name: 'q', required: true, value: query.q ?? '', spellcheck: 'false' }),
        )
      : undefined,
    byTime
      ? [
          field(
            'From',
            h('input', {
              name: 'from',
              type: 'datetime-local',
              step: 1,
              value: query.from ?? localTime(Date.now() - HOUR_MS),
            }),
          ),
          field('To', h('input', { name: 'to', type: 'datetime-local', step: 1, value: query.to ?? '' })),
        ]
      : undefined,
    by === 'id' ? undefined : field('A queue at most', select('limit', LIMITS, query.limit ?? LIMITS[0])),
    h('button', { type: 'submit', class: 'primary' }, 'Search'),
  );
}

/** The search is in the address: it can be kept, sent and gone back to. */
function submit(event) {
  event.preventDefault();
  const values = Object.fromEntries(new FormData(event.target));
  const next = address(['messages'], values);
  if (location.hash === next) window.dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = next;
}

function results(found, { by }) {
  if (!found) return h('p', { class: 'empty' }, 'Choose what to look for.');
  const order = by === 'time' ? 'oldest first' : 'newest first';
  return panel(
    `${found.length} found, ${order}`,
    messageTable(found, 'Messages found', {
      first: [
        { title: 'Topic', cell: ({ topic }) => topicLink(topic) },
        { title: 'Queue : offset', cell: ({ queueId, queueOffset }) => `${queueId} : ${queueOffset}` },
      ],
    }),
  );
}

/** `first` and `last`: columns of the page beside those that every message has. */
export function messageTable(rows, caption, { first = [], last = [], empty = 'No message was found.' } = {}) {
  return table({
    caption,
    rows,
    key: ({ topic, queueId, queueOffset, messageId }) => `${topic} ${queueId} ${queueOffset} ${messageId}`,
    empty,
    columns: [
      { title: 'Message', cell: ({ topic, messageId }) => h('span', { class: 'id' }, messageLink(topic, messageId)) },
      ...first,
      { title: 'Stored', cell: ({ storeTimestampMs }) => time(storeTimestampMs) },
      { title: 'Tag', cell: ({ tag }) => (tag ? badge(tag) : none()) },
      { title: 'Keys', cell: ({ keys }) => keys.join(' ') || none() },
      { title: 'Body', cell: preview },
      ...last,
    ],
  });
}

function preview({ body, bodyEncoding, bodyBytes }) {
  if (bodyEncoding !== 'utf8') return h('span', { class: 'muted' }, `${bytes(bodyBytes)}, binary`);
  return h('span', { class: 'preview' }, body.slice(0, PREVIEW_CHARS) + (body.length > PREVIEW_CHARS ? ' …' : ''));
}

export const messages = { title: () => 'Messages', load, view };
