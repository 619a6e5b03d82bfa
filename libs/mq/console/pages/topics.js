import * as api from '../api.js';
import { ask, notify } from '../dialog.js';
import { h } from '../dom.js';
import { badge, button, field, head, isOwnTopic, number, panel, select, table, topicLink } from '../parts.js';

export const TOPIC_TYPES = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'MIXED'];

function view(rows, { state, render, reload }) {
  const wanted = (state.filter ?? '').toLowerCase();
  const shown = rows
    .filter(({ name }) => (state.own || !isOwnTopic(name)) && name.toLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name));
  return h(
    'div',
    {},
    head('Topics', { actions: [button('New topic', () => create(reload), { kind: 'primary' })] }),
    panel(
      {
        text: `${shown.length} of ${rows.length}`,
        side: [
          h('input', {
            type: 'search',
            placeholder: 'Filter',
            'aria-label': 'Filter topics',
            oninput: ({ target }) => {
              state.filter = target.value;
              render();
            },
          }),
          h(
            'label',
            { class: 'check' },
            h('input', {
              type: 'checkbox',
              onchange: ({ target }) => {
                state.own = target.checked;
                render();
              },
            }),
            "the broker's own",
          ),
        ],
      },
      table({
        caption: 'Topics',
        rows: shown,
        key: ({ name }) => name,
        empty: 'No topic of this kind.',
        columns: [
          { title: 'Topic', cell: ({ name }) => topicLink(name) },
          { title: 'Type', cell: ({ type }) => badge(type) },
          { title: 'Queues', number: true, cell: ({ queues }) => number(queues) },
          { title: 'Messages', number: true, cell: ({ messages }) => number(messages) },
          { title: 'Delayed', number: true, cell: ({ delayed }) => number(delayed) },
        ],
      }),
    ),
  );
}

async function create(reload) {
  let name;
  const done = await ask({
    title: 'New topic',
    fields: [
      field(
        'Name',
        h('input', { name: 'name', required: true, maxlength: 127, pattern: '[%\\|a-zA-Z0-9_\\-]+' }),
        'Letters, digits, _ and -',
      ),
      field(
        'Type',
        select('type', TOPIC_TYPES, 'NORMAL'),
        'Producers can send messages of this type only; MIXED takes all.',
      ),
      field(
        'Queues',
        h('input', { name: 'queues', type: 'number', min: 1, max: 1024, value: 4, required: true }),
        'Can grow later, never shrink.',
      ),
    ],
    action: 'Create',
    submit: async (values) => {
      name = values.name;
      const known = await api.get('/topics');
      if (known.some((topic) => topic.name === name)) throw new api.ApiError(400, `${name} exists already.`, 'name');
      await api.put(api.pathOf('topics', name), { type: values.type, queues: Number(values.queues) });
    },
  });
  if (done) notify(`Topic ${name} is there.`);
  if (done) await reload();
}

export const topics = { title: () => 'Topics', refreshMs: 3000, load: () => api.get('/topics'), view };
