import * as api from '../api.js';
import { h } from '../dom.js';
import { bytes, count, duration } from '../format.js';
import { address, badge, head, isOwnTopic, none, panel, select, table, time, topicLink } from '../parts.js';

const LIMIT = 200;

async function load(_params, { topic }) {
  const [status, topics, delayed, halves] = await Promise.all([
    api.get('/status'),
    api.get('/topics'),
    api.get('/delayed', { topic, limit: LIMIT }),
    api.get('/half-messages', { topic, limit: LIMIT }),
  ]);
  return { status, topics: topics.map(({ name }) => name).filter((name) => !isOwnTopic(name)), delayed, halves };
}

function view({ status, topics, delayed, halves }, { query }) {
  const choose = ({ target }) => (location.hash = address(['pending'], { topic: target.value }));
  return h(
    'div',
    {},
    head('Pending', {
      lead: 'Messages that no consumer sees yet.',
      actions: [
        select('topic', [['', 'all topics'], ...topics.sort()], query.topic ?? '', {
          key: query.topic,
          'aria-label': 'Topic',
          onchange: choose,
        }),
      ],
    }),
    panel(
      title('Delayed', delayed, status.delayed, 'earliest first', query),
      pendingTable(delayed, 'Delayed messages', 'No message waits for its time.', {
        title: 'Due',
        cell: ({ deliverAtMs }) => [time(deliverAtMs), h('small', {}, ` ${due(deliverAtMs)}`)],
      }),
    ),
    panel(
      title('Transactions that are open', halves, status.halfMessages, 'oldest first', query),
      pendingTable(halves, 'Open transactions', 'Every transaction is committed or rolled back.', {
        title: 'Open for',
        cell: ({ storeTimestampMs }) => duration(Date.now() - storeTimestampMs),
      }),
    ),
  );
}

function title(text, rows, all, order, { topic }) {
  return topic ? `${text}: ${rows.length} of ${topic}, ${order}` : `${text}: ${count(all)}, ${order}`;
}

function due(ms) {
  const left = ms - Date.now();
  return left > 0 ? `in ${duration(left)}` : 'now';
}

function pendingTable(rows, caption, empty, when) {
  return table({
    caption,
    empty,
    rows,
    key: ({ topic, messageId, storeTimestampMs }) => `${topic} ${messageId} ${storeTimestampMs}`,
    columns: [
      { title: 'Message', cell: ({ messageId }) => h('span', { class: 'id' }, messageId) },
      { title: 'Topic', cell: ({ topic }) => topicLink(topic) },
      when,
      { title: 'Stored', cell: ({ storeTimestampMs }) => time(storeTimestampMs) },
      { title: 'Tag', cell: ({ tag }) => (tag ? badge(tag) : none()) },
      { title: 'Keys', cell: ({ keys }) => keys.join(' ') || none() },
      { title: 'Body', cell: body },
    ],
  });
}

function body({ body: text, bodyEncoding, bodyBytes: size }) {
  if (bodyEncoding !== 'utf8') return `${bytes(size)}, binary`;
  return h('details', {}, h('summary', {}, bytes(size)), h('pre', { class: 'body' }, text));
}

export const pending = { title: () => 'Pending', refreshMs: 2000, load, view };
