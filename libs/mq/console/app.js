/** The shell: which page is shown, its refresh, theme and token. */
import * as api from './api.js';
import { ask } from './dialog.js';
import { h, morphChildren } from './dom.js';
import { button, field } from './parts.js';
import { clients } from './pages/clients.js';
import { deadLetters } from './pages/dead-letters.js';
import { group } from './pages/group.js';
import { groups } from './pages/groups.js';
import { message } from './pages/message.js';
import { messages } from './pages/messages.js';
import { overview } from './pages/overview.js';
import { pending } from './pages/pending.js';
import { topic } from './pages/topic.js';
import { topics } from './pages/topics.js';

/**
 * `load` asks the broker and is called again every `refreshMs`, `view` makes elements of what it brought. `state` lives as
 * long as the page is shown.
 * @typedef {Record<string, string> & { topic: string, group: string, messageId: string }} Named by the address; others are missing
 * @typedef {{
 *   title(params: Named): string,
 *   load(params: Named, query: Named, state: object): Promise<unknown>,
 *   view(data: unknown, context: { params: Named, query: Named, state: object, reload: () => Promise<void>, render: () => void }): Node,
 *   refreshMs?: number,
 * }} Page
 */
/** @type {{ path: string[], page: Page, nav?: string }[]} */
const ROUTES = [
  { path: [], page: overview, nav: 'Overview' },
  { path: ['topics'], page: topics, nav: 'Topics' },
  { path: ['topics', ':topic'], page: topic },
  { path: ['groups'], page: groups, nav: 'Consumer groups' },
  { path: ['groups', ':group'], page: group },
  { path: ['messages'], page: messages, nav: 'Messages' },
  { path: ['messages', ':topic', ':messageId'], page: message },
  { path: ['dead-letters'], page: deadLetters, nav: 'Dead letters' },
  { path: ['dead-letters', ':group'], page: deadLetters },
  { path: ['pending'], page: pending, nav: 'Pending' },
  { path: ['clients'], page: clients, nav: 'Clients' },
];
/** @returns {HTMLElement} */
const element = (selector) => document.querySelector(selector);
const main = element('main');
const live = element('.live');
let shown;
/** Nothing was focused before it. */
let first;
let timer;
let asking;

function addressed() {
  const [path = '', search = ''] = location.hash.slice(1).split('?');
  const parts = path.split('/').filter(Boolean).map(decoded);
  for (const route of ROUTES) {
    if (route.path.length !== parts.length) continue;
    if (!route.path.every((part, i) => part.startsWith(':') || part === parts[i])) continue;
    const params = /** @type {Named} */ ({});
    route.path.forEach((part, i) => part.startsWith(':') && (params[part.slice(1)] = parts[i]));
    return { ...route, params, query: /** @type {Named} */ (Object.fromEntries(new URLSearchParams(search))) };
  }
  return undefined;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function open() {
  const route = addressed();
  const same =
    shown && route && shown.page === route.page && JSON.stringify(shown.params) === JSON.stringify(route.params);
  shown = route && { ...route, state: same ? shown.state : {} };
  first ??= shown;
  showNav();
  clearTimeout(timer);
  if (!route) {
    main.replaceChildren(h('p', { class: 'empty' }, 'There is no such page.'));
    return;
  }
  document.title = `${route.page.title(route.params)} · Message broker`;
  if (!same) {
    main.replaceChildren(h('p', { class: 'empty' }, 'Loading …'));
    if (shown !== first) main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  void refresh();
}

/** Asks and shows; what comes for a page that was left meanwhile is dropped. */
async function refresh() {
  const asked = shown;
  clearTimeout(timer);
  try {
    asked.data = await asked.page.load(asked.params, asked.query, asked.state);
    if (asked !== shown) return;
    render();
    tell('Live', 'ok');
  } catch (error) {
    if (asked !== shown) return;
    if (!(error instanceof api.ApiError)) throw error;
    fail(error);
    // Who has given up signing in is not asked again every two seconds.
    if (error.status === 401) return;
  }
  const { refreshMs } = asked.page;
  clearTimeout(timer);
  if (refreshMs !== undefined) timer = setTimeout(() => (document.hidden ? undefined : void refresh()), refreshMs);
}

function render() {
  const { page, data, params, query, state } = shown;
  morphChildren(main, [page.view(data, { params, query, state, reload: refresh, render })]);
}

function fail(error) {
  tell(error.status === 0 ? 'Not connected' : 'Refused', 'bad');
  if (error.status === 401) void askForToken();
  // What was there before stays readable while the broker is away.
  if (error.status === 0 && shown.data !== undefined) return;
  main.replaceChildren(
    h(
      'div',
      { class: 'empty' },
      h('h1', {}, 'Not shown'),
      h('p', { role: 'alert' }, error.message),
      error.status === 401 ? button('Sign in …', askForToken) : undefined,
    ),
  );
}

function tell(text, kind) {
  if (live.textContent !== text) live.textContent = text;
  live.className = `live ${kind}`;
}

async function askForToken() {
  if (asking) return;
  asking = ask({
    title: 'Operator token',
    text: 'This broker answers only those who have its token (MQ_ADMIN_TOKEN). It is kept until this tab is closed.',
    fields: [field('Token', h('input', { type: 'password', name: 'token', required: true, autocomplete: 'off' }))],
    action: 'Sign in',
    submit: async ({ token }) => {
      api.token.set(token.trim());
      try {
        await api.get('/status');
      } catch (error) {
        api.token.forget();
        throw error.status === 401 ? new Error('This is not the token.') : error;
      }
    },
  });
  await asking;
  asking = undefined;
  showToken();
  if (api.token.get()) void refresh();
}

function showToken() {
  element('#forget-token').hidden = !api.token.get();
}

function showNav() {
  const nav = element('.shell-nav');
  const links = ROUTES.filter(({ nav: text }) => text).map((route) => {
    const current = shown && shown.path[0] === route.path[0];
    return h('a', { href: `#/${route.path.join('/')}`, 'aria-current': current ? 'page' : undefined }, route.nav);
  });
  morphChildren(nav, links);
  nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function toggleTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark';
  const system = matchMedia('(prefers-color-scheme: dark)').matches;
  const isDark = document.documentElement.dataset.theme ? dark : system;
  document.documentElement.dataset.theme = isDark ? 'light' : 'dark';
  localStorage.setItem('theme', document.documentElement.dataset.theme);
}

element('#theme').onclick = toggleTheme;
element('#forget-token').onclick = () => {
  api.token.forget();
  location.reload();
};
element('.skip').onclick = (event) => {
  event.preventDefault();
  main.focus();
};
document.onvisibilitychange = () => {
  if (!document.hidden && shown) void refresh();
};
window.onhashchange = open;
showToken();
open();
