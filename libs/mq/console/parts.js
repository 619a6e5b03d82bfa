/** Pieces that several pages are made of. */
import { h } from './dom.js';
import * as format from './format.js';

/** `#/topics/orderTopic?by=key` */
export function address(parts, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const path = parts.map((part) => `/${encodeURIComponent(part)}`).join('');
  return `#${path || '/'}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

export function link(parts, text, query) {
  return h('a', { href: address(parts, query) }, text);
}

export const topicLink = (topic) => link(['topics', topic], topic);
export const groupLink = (group) => link(['groups', group], group);
export const messageLink = (topic, messageId, text = messageId) => link(['messages', topic, messageId], text);

/**
 * @param {import('./dom.js').Content} title
 * @param {{ lead?: import('./dom.js').Content, actions?: import('./dom.js').Content[], back?: { parts: string[], query?: object, text: string } }} [more]
 */
export function head(title, { lead, actions = [], back } = {}) {
  return h(
    'div',
    { class: 'head' },
    h(
      'div',
      {},
      back ? h('p', { class: 'back' }, h('a', { href: address(back.parts, back.query) }, `‹ ${back.text}`)) : undefined,
      h('h1', {}, title),
      lead ? h('p', { class: 'lead' }, lead) : undefined,
    ),
    actions.length > 0 ? h('div', { class: 'actions' }, actions) : undefined,
  );
}

export function panel(title, ...content) {
  const { text, side } = typeof title === 'string' ? { text: title } : title;
  return h(
    'section',
    { class: 'panel' },
    h('div', { class: 'panel-head' }, h('h2', {}, text), side ? h('div', { class: 'actions' }, side) : undefined),
    content,
  );
}

/**
 * @param {string} text
 * @param {() => unknown} onclick
 * @param {{ kind?: string, [attribute: string]: unknown }} [props] kind: primary, danger, quiet or nothing
 */
export function button(text, onclick, { kind = '', ...props } = {}) {
  return h('button', { type: 'button', class: kind, onclick, ...props }, text);
}

/** kind: ok, warn, bad or nothing. */
export function badge(text, kind = '') {
  return h('span', { class: `badge ${kind}` }, text);
}

/** There is none; a phone leaves it out. */
export const none = () => h('span', { class: 'none' }, '–');

export function time(ms, missing) {
  if (!ms) return missing === undefined ? none() : h('span', { class: 'muted' }, missing);
  return h('time', { datetime: new Date(ms).toISOString(), title: new Date(ms).toISOString() }, format.time(ms));
}

export const number = (value) => h('span', { class: value > 0 ? '' : 'muted' }, format.count(value));

export function code(text) {
  return h('code', {}, text);
}

/** [['type', 'NORMAL'], …]; what is undefined is left out. */
export function facts(rows) {
  return h(
    'dl',
    { class: 'facts' },
    rows
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

/**
 * columns: [{ title, cell(row), number? }]. On a phone each row becomes a card with the titles beside its cells.
 * `caption` names the table for those who do not see it.
 */
export function table({ caption, columns, rows, key, empty = 'Nothing here.' }) {
  if (rows.length === 0) return h('p', { class: 'empty' }, empty);
  const kind = (column) => (column.number ? 'number' : undefined);
  return h(
    'div',
    { class: 'table' },
    h(
      'table',
      {},
      h('caption', { class: 'hidden' }, caption),
      h(
        'thead',
        {},
        h('tr', {}, ...columns.map((column) => h('th', { scope: 'col', class: kind(column) }, column.title))),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            { key: key?.(row) },
            columns.map((column) => h('td', { class: kind(column), 'data-title': column.title }, column.cell(row))),
          ),
        ),
      ),
    ),
  );
}

let fields = 0;

/** An input with its label; `input` is an element without id. */
export function field(label, input, hint) {
  const id = `field-${++fields}`;
  input.id = id;
  if (hint) input.setAttribute('aria-describedby', `${id}-hint`);
  return h(
    'div',
    { class: 'field', key: label },
    h('label', { for: id }, label),
    input,
    hint ? h('small', { id: `${id}-hint` }, hint) : undefined,
  );
}

export function select(name, choices, chosen, props = {}) {
  return h(
    'select',
    { name, ...props },
    choices.map((choice) => {
      const [value, text] = Array.isArray(choice) ? choice : [choice, choice];
      return h('option', { key: value, value, selected: value === chosen }, text);
    }),
  );
}

/** Topics of the broker itself. */
export const isOwnTopic = (name) => name.startsWith('%') || name === 'TRANS_CHECK_MAX_TIME_TOPIC';

export const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);
