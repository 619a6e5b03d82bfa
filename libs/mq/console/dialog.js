import { h } from './dom.js';
import { button } from './parts.js';

/**
 * Asks in a modal dialog. `fields` are shown in a form; `submit(values)` does what was asked and may reject: its message is
 * shown and the dialog stays. Resolves with true when it was done, false when it was given up.
 *
 * @param {{
 *   title: string, text?: string, fields?: import('./dom.js').Content[], action: string, danger?: boolean,
 *   submit: (values: Record<string, string>) => Promise<unknown>,
 * }} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, fields = [], action, danger = false, submit }) {
  return new Promise((resolve) => {
    const problem = h('p', { class: 'problem', role: 'alert' });
    const go = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, action);
    const form = h(
      'form',
      { method: 'dialog', onsubmit: (event) => void send(event) },
      h('h2', { id: 'dialog-title' }, title),
      text ? h('p', {}, text) : undefined,
      fields,
      problem,
      h(
        'div',
        { class: 'actions' },
        button('Cancel', () => dialog.close()),
        go,
      ),
    );
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, form);
    let done = false;

    async function send(event) {
      event.preventDefault();
      go.disabled = true;
      problem.textContent = '';
      try {
        await submit(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])));
        done = true;
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
        if (error.field) form.elements.namedItem(error.field)?.focus?.();
      } finally {
        go.disabled = false;
      }
    }

    dialog.onclose = () => {
      dialog.remove();
      resolve(done);
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

const SHOWN_MS = 8000;

/** Says what happened, to eyes and screen readers. */
export function notify(text, kind = 'ok') {
  const notice = h(
    'div',
    { class: `notice ${kind}` },
    h('span', {}, text),
    button('×', () => notice.remove(), { kind: 'quiet', 'aria-label': 'Close' }),
  );
  document.querySelector('.notices').append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}
