import * as api from '../api.js';
import { ask, notify } from '../dialog.js';
import { h } from '../dom.js';
import { count } from '../format.js';
import { badge, button, groupLink, head, link, messageLink, number, panel, table, time, topicLink } from '../parts.js';
import { messageTable } from './messages.js';

const LIMIT = 50;

async function load({ group }) {
  const groups = await api.get('/dead-letters');
  const rows =
    group === undefined ? [] : await api.get(`${api.pathOf('groups', group)}/dead-letters`, { limit: LIMIT });
  return { groups, rows };
}

function view(data, context) {
  return context.params.group === undefined ? overview(data) : ofGroup(data, context);
}

function overview({ groups }) {
  return h(
    'div',
    {},
    head('Dead letters', { lead: 'Messages that a group could not consume. They are kept for three days.' }),
    panel(
      'Groups',
      table({
        caption: 'Groups with dead letters',
        rows: groups,
        key: ({ group }) => group,
        empty: 'There is none.',
        columns: [
          { title: 'Group', cell: ({ group }) => link(['dead-letters', group], group) },
          { title: 'Dead letters', number: true, cell: ({ messages }) => number(messages) },
          { title: 'Sent again', number: true, cell: ({ resent }) => number(resent) },
          { title: 'Newest', cell: ({ newestMs }) => time(newestMs) },
        ],
      }),
    ),
  );
}

function ofGroup({ groups, rows }, { params: { group }, reload }) {
  const { messages = 0, resent = 0 } = groups.find((one) => one.group === group) ?? {};
  const left = messages - resent;
  return h(
    'div',
    {},
    head(h('span', {}, 'Dead letters of ', groupLink(group)), {
      back: { parts: ['dead-letters'], text: 'Dead letters' },
      lead: `${count(messages)} kept, ${count(left)} of them not sent again. Each can be sent to its topic once; all groups of the topic get it.`,
      actions: [
        button(`Send all ${count(left)} again`, () => resendAll(group, left, reload), {
          kind: 'primary',
          disabled: left === 0,
        }),
      ],
    }),
    panel(
      rows.length < messages ? `Newest ${rows.length} of ${count(messages)}` : 'Newest first',
      messageTable(rows, `Dead letters of ${group}`, {
        first: [{ title: 'From', cell: ({ originTopic }) => topicLink(originTopic) }],
        last: [
          { title: 'History', cell: ({ originTopic, messageId }) => messageLink(originTopic, messageId, 'deliveries') },
          { title: 'Send again', cell: (row) => resendButton(group, row, reload) },
        ],
        empty: 'There is none.',
      }),
    ),
  );
}

function resendButton(group, { resent, queueOffset, messageId }, reload) {
  if (resent) return badge('sent again', 'ok');
  return button('Send again', () => resendOne(group, queueOffset, reload), { 'aria-label': `Send ${messageId} again` });
}

async function resendOne(group, queueOffset, reload) {
  try {
    report(await resend(group, { queueOffset }));
  } catch (error) {
    notify(error.message, 'bad');
  }
  await reload();
}

async function resendAll(group, left, reload) {
  let result;
  const done = await ask({
    title: `Send ${count(left)} dead letters again?`,
    text: `Each goes to the topic that it comes from, to all groups there. ${group} should be able to consume them by now.`,
    action: 'Send again',
    submit: async () => (result = await resend(group, { all: true })),
  });
  if (!done) return;
  report(result);
  await reload();
}

const resend = (group, which) => api.post(`${api.pathOf('groups', group)}/dead-letters/resend`, which);

function report({ resent, alreadyResent, failed }) {
  const parts = [`${count(resent)} sent again`];
  if (alreadyResent > 0) parts.push(`${count(alreadyResent)} were before`);
  if (failed.length > 0) parts.push(`${count(failed.length)} failed: ${failed[0].reason}`);
  notify(`${parts.join(', ')}.`, failed.length > 0 ? 'bad' : 'ok');
}

export const deadLetters = {
  title: ({ group }) => (group === undefined ? 'Dead letters' : `Dead letters of ${group}`),
  refreshMs: 3000,
  load,
  view,
};
