import * as api from '../api.js';
import { ask, notify } from '../dialog.js';
import { h } from '../dom.js';
import { localTime } from '../format.js';
import { badge, button, field, groupLink, head, link, messageLink, number, panel, select, table } from '../parts.js';
import { TOPIC_TYPES } from './topics.js';

const LATER_MS = 60_000;

async function load({ topic: name }) {
  const [topic, groups] = await Promise.all([api.get(api.pathOf('topics', name)), api.get('/groups')]);
  return { topic, groups: groups.filter((row) => row.topic === name) };
}

function view({ topic, groups }, { reload, state, render }) {
  const { name, type, queues, messages, delayed, offsets } = topic;
  return h(
    'div',
    {},
    head(name, {
      back: { parts: ['topics'], text: 'Topics' },
      lead: [badge(type), ` ${queues} queues · `, number(messages), ' messages · ', number(delayed), ' delayed'],
      actions: [
        link(['messages'], 'Messages', { topic: name }),
        button('Send a test message', () => sendTest(topic, state, reload, render), { kind: 'primary' }),
        button('Change', () => change(topic, reload)),
        button('Delete', () => remove(name), { kind: 'danger' }),
      ],
    }),
    state.sent ? h('p', { class: 'alert ok' }, 'Sent: ', messageLink(name, state.sent)) : undefined,
    panel(
      'Consumer groups',
      table({
        caption: `Consumer groups of ${name}`,
        rows: groups,
        key: ({ group }) => group,
        empty: 'No group has subscribed to this topic.',
        columns: [
          { title: 'Group', cell: ({ group }) => groupLink(group) },
          { title: 'Lag', number: true, cell: ({ lag }) => number(lag) },
          { title: 'Ready', number: true, cell: ({ ready }) => number(ready) },
          { title: 'In flight', number: true, cell: ({ inflight }) => number(inflight) },
        ],
      }),
    ),
    panel(
      'Queues',
      table({
        caption: `Queues of ${name}`,
        rows: offsets,
        key: ({ queueId }) => queueId,
        columns: [
          { title: 'Queue', cell: ({ queueId }) => queueId },
          { title: 'Oldest offset', number: true, cell: ({ minOffset }) => number(minOffset) },
          { title: 'Next offset', number: true, cell: ({ maxOffset }) => number(maxOffset) },
          { title: 'Messages', number: true, cell: ({ minOffset, maxOffset }) => number(maxOffset - minOffset) },
        ],
      }),
    ),
  );
}

async function sendTest({ name, type }, state, reload, render) {
  const fifo = type === 'FIFO';
  const delay = type === 'DELAY';
  let sent;
  const done = await ask({
    title: `Send a test message to ${name}`,
    text:
      type === 'TRANSACTION'
        ? 'It is sent as a transaction that is committed at once.'
        : 'Every group of the topic gets it.',
    fields: [
      field('Body', h('textarea', { name: 'body', rows: 6, required: true, spellcheck: 'false' }, '{"test": true}')),
      field('Tag', h('input', { name: 'tag' })),
      field('Keys', h('input', { name: 'keys' }), 'Separated by spaces; messages are found by them.'),
      field(
        'Properties',
        h('textarea', { name: 'userProperties', rows: 2, spellcheck: 'false' }),
        'A line each: name=value',
      ),
      fifo || type === 'MIXED'
        ? field(
            'Message group',
            h('input', { name: 'messageGroup', required: fifo }),
            'Messages of one group come in order.',
          )
        : undefined,
      delay || type === 'MIXED'
        ? field(
            'Deliver at',
            h('input', {
              name: 'deliverAt',
              type: 'datetime-local',
              step: 1,
              required: delay,
              value: delay ? localTime(Date.now() + LATER_MS) : '',
            }),
          )
        : undefined,
    ],
    action: 'Send',
    submit: async (values) => {
      const body = {
        body: values.body,
        tag: values.tag || undefined,
        keys: values.keys.split(/\s+/).filter(Boolean),
        userProperties: propertiesIn(values.userProperties),
        messageGroup: values.messageGroup || undefined,
        deliverAtMs: values.deliverAt ? new Date(values.deliverAt).getTime() : undefined,
      };
      sent = (await api.post(api.pathOf('topics', name, 'messages'), body)).messageId;
    },
  });
  if (!done) return;
  state.sent = delay ? undefined : sent;
  notify(`Sent ${sent}.`);
  render();
  await reload();
}

function propertiesIn(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^\s*([^=]+?)\s*=(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new api.ApiError(400, `This is no name=value: ${line}`, 'userProperties');
      return [name, value.trim()];
    }),
  );
}

async function change({ name, type, queues }, reload) {
  const done = await ask({
    title: `Change ${name}`,
    text: 'Topics that the configuration declares are set back at the next start.',
    fields: [
      field('Type', select('type', TOPIC_TYPES, type)),
      field(
        'Queues',
        h('input', { name: 'queues', type: 'number', min: queues, max: 1024, value: queues, required: true }),
      ),
    ],
    action: 'Change',
    submit: (values) => api.put(api.pathOf('topics', name), { type: values.type, queues: Number(values.queues) }),
  });
  if (done) notify(`Topic ${name} is changed.`);
  if (done) await reload();
}

async function remove(name) {
  const done = await ask({
    title: `Delete ${name}?`,
    text: 'Its messages are dropped, and what every group has consumed of it is forgotten. Nothing brings them back.',
    fields: [field('Type its name to delete it', h('input', { name: 'typed', required: true, autocomplete: 'off' }))],
    action: 'Delete',
    danger: true,
    submit: async ({ typed }) => {
      if (typed !== name) throw new api.ApiError(400, 'This is not its name.', 'typed');
      await api.remove(api.pathOf('topics', name));
    },
  });
  if (!done) return;
  notify(`Topic ${name} is deleted.`);
  location.hash = '#/topics';
}

export const topic = { title: (params) => params.topic, refreshMs: 3000, load, view };
