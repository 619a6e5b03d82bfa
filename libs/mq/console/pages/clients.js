import * as api from '../api.js';
import { h } from '../dom.js';
import { duration } from '../format.js';
import { badge, code, groupLink, head, none, panel, table, topicLink } from '../parts.js';

/** The official Node client names its language so. */
const LANGUAGES = {
  HTTP: 'Node.js',
  GOLANG: 'Go',
  JAVA: 'Java',
  PYTHON: 'Python',
  CPP: 'C++',
  DOT_NET: '.NET',
  RUST: 'Rust',
  PHP: 'PHP',
};

function view(rows, { state, render }) {
  const wanted = (state.filter ?? '').toLowerCase();
  const shown = rows.filter((row) => JSON.stringify(row).toLowerCase().includes(wanted));
  return h(
    'div',
    {},
    head('Connected clients'),
    panel(
      {
        text: `${shown.length} of ${rows.length}`,
        side: h('input', {
          type: 'search',
          placeholder: 'Filter',
          'aria-label': 'Filter clients',
          oninput: ({ target }) => {
            state.filter = target.value;
            render();
          },
        }),
      },
      clientTable(shown, { caption: 'Connected clients', empty: 'No client is connected.', withGroup: true }),
    ),
  );
}

export function clientTable(rows, { caption, empty, withGroup = false }) {
  return table({
    caption,
    empty,
    rows,
    key: ({ clientId }) => clientId,
    columns: [
      { title: 'Client', cell: ({ clientId }) => code(clientId) },
      { title: 'State', cell: ({ online }) => (online ? badge('online', 'ok') : badge('gone, may come back', 'warn')) },
      { title: 'Kind', cell: ({ type }) => type },
      ...(withGroup ? [{ title: 'Group', cell: ({ group }) => (group ? groupLink(group) : none()) }] : []),
      {
        title: 'Topics',
        cell: ({ topics }) =>
          topics.length > 0 ? topics.map((topic, i) => [i > 0 ? ', ' : '', topicLink(topic)]) : none(),
      },
      {
        title: 'Language',
        cell: ({ language }) => h('span', { title: `says ${language}` }, LANGUAGES[language] ?? language),
      },
      { title: 'Version', cell: ({ version }) => version || none() },
      { title: 'Connected for', cell: ({ sinceMs }) => duration(Date.now() - sinceMs) },
    ],
  });
}

export const clients = { title: () => 'Connected clients', refreshMs: 3000, load: () => api.get('/clients'), view };
