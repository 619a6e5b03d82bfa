/** What every page has: its language, its colours, who is there, and a line for what went wrong. */
import { api, ApiError } from './api.js';
import { byId, h, replace } from './dom.js';
import { language, t, translatePage } from './language.js';
import { session } from './session.js';

/** Translates the page and draws its header. @returns the settings of the server */
export async function openPage(titleKey) {
  applyTheme();
  translatePage();
  document.title = t(titleKey);
  const settings = await api('/shop/settings.json');
  drawHeader(settings);
  return settings;
}

/** Runs work; what goes wrong is said, in words for people. */
export async function tell(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notice(messageOf(error), 'bad');
    return undefined;
  }
}

export function messageOf({ code, message }) {
  return t(`code.${code}`, {}, message || code);
}

/** @param tone good, bad or plain */
export function notice(text, tone = 'plain', ...more) {
  replace(byId('notice'), text ? h('p', { class: `notice ${tone}` }, text, ' ', ...more) : null);
}

function drawHeader({ needsLogin }) {
  const other = language() === 'en' ? 'zh' : 'en';
  const dark = isDark();
  replace(
    byId('header'),
    h(
      'a',
      { class: 'brand', href: '/' },
      h('img', { src: '/shop/icon.svg', alt: '', width: 28, height: 28 }),
      t('brand'),
    ),
    h(
      'div',
      { class: 'tools' },
      h('span', { id: 'who', class: 'muted' }),
      session.token()
        ? h('button', { class: 'quiet', onclick: () => (session.logOut(), location.reload()) }, t('session.logOut'))
        : loginDialog(needsLogin),
      h('button', { class: 'quiet', id: 'theme', onclick: toggleTheme }, t(dark ? 'theme.light' : 'theme.dark')),
      h(
        'button',
        { class: 'quiet', id: 'language', lang: other, onclick: () => switchLanguage(other) },
        t('otherLanguage'),
      ),
    ),
  );
}

function loginDialog(needsLogin) {
  const id = h('input', {
    name: 'userId',
    value: session.userId(),
    inputmode: 'numeric',
    autocomplete: 'username',
    required: true,
  });
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const submit = async (event) => {
    event.preventDefault();
    try {
      const { token } = await api('/login', { body: { userId: id.value.trim(), password: password.value } });
      session.logIn(id.value.trim(), token);
      location.reload();
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  };
  const dialog = h(
    'dialog',
    { 'aria-label': t('session.logIn') },
    h(
      'form',
      { onsubmit: submit },
      h('h2', {}, t('session.logIn')),
      h('label', { class: 'field' }, h('span', {}, t('session.userId')), id),
      h('label', { class: 'field' }, h('span', {}, t('session.password')), password),
      problem,
      h(
        'div',
        { class: 'actions' },
        h('button', { class: 'primary' }, t('session.logIn')),
        h('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')),
      ),
    ),
  );
  const open = h(
    'button',
    { class: needsLogin ? 'primary' : 'quiet', onclick: () => dialog.showModal() },
    t('session.logIn'),
  );
  return h('span', {}, open, dialog);
}

function switchLanguage(to) {
  localStorage.setItem('language', to);
  location.reload();
}

function isDark() {
  const chosen = localStorage.getItem('theme');
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function toggleTheme() {
  localStorage.setItem('theme', isDark() ? 'light' : 'dark');
  applyTheme();
  byId('theme').textContent = t(isDark() ? 'theme.light' : 'theme.dark');
}

function applyTheme() {
  const chosen = localStorage.getItem('theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
}
