import * as api from '../api.js';
import { ask, notify } from '../dialog.js';
import { h } from '../dom.js';
import { count, duration, localTime } from '../format.js';
import { button, facts, field, head, link, number, panel, select, sum, table, topicLink } from '../parts.js';
import { clientTable } from './clients.js';
import { membersBadge, oldest } from './groups.js';

const HOUR_MS = 3600_000;

const load = ({ group: name }) => api.get(api.pathOf('groups', name));

function view({ group: name, rules, topics, members, declared }, { reload }) {
  return h(
    'div',
    {},
    head(name, {
      back: { parts: ['groups'], text: 'Consumer groups' },
      lead: [membersBadge(members), ' lag ', number(sum(topics, ({ lag }) => lag)), ' · oldest ', oldest(topics)],
      actions: [link(['dead-letters', name], 'Dead letters')],
    }),
    panel(
      'Members',
      clientTable(members, { caption: `Members of ${name}`, empty: 'No consumer of this group is connected.' }),
    ),
    topics.map((row) => progress(name, row, reload)),
    topics.length === 0 ? h('p', { class: 'empty' }, 'The group has not subscribed to any topic yet.') : undefined,
    panel(
      'Rules',
      facts([
        ['Declared', declared ? 'yes' : 'no, the defaults hold'],
        ['In order', rules.orderly === undefined ? 'as its topics' : String(rules.orderly)],
        ['Deliveries before a dead letter', count(rules.maxAttempts)],
        ['Pauses between deliveries', rules.retryDelaysMs.map(duration).join(', ')],
      ]),
    ),
  );
}

function progress(group, row, reload) {
  const { topic, queues, lag } = row;
  return panel(
    {
      text: h('span', {}, 'Progress in ', topicLink(topic)),
      side: [
        button('Reset offset', () => reset(group, topic, reload)),
        button('Skip backlog', () => skip(group, topic, lag, reload), { kind: 'danger', disabled: lag === 0 }),
      ],
    },
    table({
      caption: `Progress of ${group} in ${topic}`,
      rows: queues,
      key: ({ queueId }) => queueId,
      columns: [
        { title: 'Queue', cell: ({ queueId }) => queueId },
        { title: 'Consumer offset', number: true, cell: ({ consumerOffset }) => count(consumerOffset) },
        { title: 'Next offset', number: true, cell: ({ maxOffset }) => count(maxOffset) },
        { title: 'Lag', number: true, cell: (queue) => number(queue.lag) },
        { title: 'Ready', number: true, cell: ({ ready }) => number(ready) },
        { title: 'In flight', number: true, cell: ({ inflight }) => number(inflight) },
      ],
    }),
  );
}

async function reset(group, topic, reload) {
  const at = h('input', {
    name: 'at',
    type: 'datetime-local',
    step: 1,
    value: localTime(Date.now() - HOUR_MS),
    disabled: true,
  });
  const to = select(
    'to',
    [
      ['earliest', 'the oldest message'],
      ['time', 'the first message from a time on'],
      ['latest', 'behind the newest message'],
    ],
    'earliest',
    { onchange: ({ target }) => (at.disabled = target.value !== 'time') },
  );
  const done = await ask({
    title: `Reset ${group} in ${topic}`,
    text: 'The group goes on there, also while it is connected. What lies behind that place is delivered, again if it was before.',
    fields: [field('Go on at', to), field('Time', at)],
    action: 'Reset',
    danger: true,
    submit: (values) => move(group, topic, values.to === 'time' ? new Date(values.at).getTime() : values.to),
  });
  if (done) notify(`${group} was moved in ${topic}.`);
  if (done) await reload();
}

async function skip(group, topic, lag, reload) {
  const done = await ask({
    title: `Skip the backlog of ${group}?`,
    text: `${count(lag)} messages of ${topic} are never delivered to this group. Other groups are not concerned.`,
    action: 'Skip',
    danger: true,
    submit: () => move(group, topic, 'latest'),
  });
  if (done) notify(`${group} has skipped its backlog in ${topic}.`);
  if (done) await reload();
}

function move(group, topic, to) {
  return api.post(api.pathOf('groups', group, 'reset-offset'), { topic, to });
}

export const group = { title: (params) => params.group, refreshMs: 2000, load, view };
