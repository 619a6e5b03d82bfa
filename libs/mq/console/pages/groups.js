import * as api from '../api.js';
import { h } from '../dom.js';
import { duration } from '../format.js';
import { badge, groupLink, head, link, none, number, panel, sum, table, topicLink } from '../parts.js';

async function load() {
  const [groups, dead] = await Promise.all([api.get('/subscription-groups'), api.get('/dead-letters')]);
  return groups.map((one) => ({ ...one, dead: dead.find(({ group }) => group === one.group) }));
}

function view(rows, { state, render }) {
  const wanted = (state.filter ?? '').toLowerCase();
  const shown = rows.filter(({ group }) => group.toLowerCase().includes(wanted));
  return h(
    'div',
    {},
    head('Consumer groups'),
    panel(
      {
        text: `${shown.length} of ${rows.length}`,
        side: h('input', {
          type: 'search',
          placeholder: 'Filter',
          'aria-label': 'Filter groups',
          oninput: ({ target }) => {
            state.filter = target.value;
            render();
          },
        }),
      },
      table({
        caption: 'Consumer groups',
        rows: shown,
        key: ({ group }) => group,
        empty: 'No group has connected yet.',
        columns: [
          { title: 'Group', cell: ({ group }) => groupLink(group) },
          {
            title: 'Topics',
            cell: ({ topics }) => topics.map(({ topic }, i) => [i > 0 ? ', ' : '', topicLink(topic)]),
          },
          { title: 'Members', cell: ({ members }) => membersBadge(members) },
          { title: 'Lag', number: true, cell: ({ topics }) => number(sum(topics, ({ lag }) => lag)) },
          { title: 'Ready', number: true, cell: ({ topics }) => number(sum(topics, ({ ready }) => ready)) },
          { title: 'In flight', number: true, cell: ({ topics }) => number(sum(topics, ({ inflight }) => inflight)) },
          { title: 'Oldest', cell: ({ topics }) => oldest(topics) },
          { title: 'Dead letters', number: true, cell: ({ group, dead }) => deadLink(group, dead) },
        ],
      }),
    ),
  );
}

export function membersBadge(members) {
  const online = members.filter((member) => member.online).length;
  return online > 0 ? badge(`${online} online`, 'ok') : badge('nobody online', 'warn');
}

/** Age of the oldest message that is not finished. */
export function oldest(topics) {
  const times = topics.map(({ oldestStoredMs }) => oldestStoredMs).filter((ms) => ms > 0);
  return times.length > 0 ? duration(Date.now() - Math.min(...times)) : none();
}

function deadLink(group, dead) {
  return dead ? link(['dead-letters', group], String(dead.messages)) : number(0);
}

export const groups = { title: () => 'Consumer groups', refreshMs: 3000, load, view };
