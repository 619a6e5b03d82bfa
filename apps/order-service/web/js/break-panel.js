/** "Break something": arms a fault, or has a process killed. Development only. */
import { api } from './api.js';
import { h, replace } from './dom.js';
import { t } from './language.js';
import { messageOf } from './page.js';

const AWAY_MS = [0, 5_000, 15_000];

export async function drawBreakPanel(place) {
  const { steps, faults, processes } = await api('/sandbox');
  const said = h('p', { role: 'status', class: 'said' });
  const run = (work, text) => async (event) => {
    event.preventDefault();
    try {
      await work(new FormData(event.target));
      said.textContent = text();
    } catch (error) {
      said.textContent = messageOf(error);
    }
  };
  const select = (name, values, label) =>
    h(
      'label',
      { class: 'field' },
      h('span', {}, t(`break.${name}`)),
      h(
        'select',
        { name },
        values.map((value) => h('option', { value }, label(value))),
      ),
    );
  const arm = h(
    'form',
    {
      class: 'inline-form',
      id: 'arm',
      onsubmit: run(
        (form) => api('/sandbox/faults', { body: Object.fromEntries(form) }),
        () => t('break.armed'),
      ),
    },
    select('step', steps, (step) => t(`step.${step}`)),
    select('fault', faults, (fault) => t(`fault.${fault}`)),
    h('button', {}, t('break.arm')),
  );
  const kill = h(
    'form',
    {
      class: 'inline-form',
      id: 'kill',
      onsubmit: run(
        (form) => api('/sandbox/kills', { body: { process: form.get('process'), awayMs: Number(form.get('awayMs')) } }),
        () => t('break.killed'),
      ),
    },
    select('process', processes, (name) => name),
    select('awayMs', AWAY_MS, (ms) => t(ms === 0 ? 'break.atOnce' : 'break.seconds', { seconds: ms / 1_000 })),
    h('button', { class: 'danger' }, t('break.kill')),
  );
  replace(
    place,
    h(
      'details',
      { class: 'panel break' },
      h('summary', {}, '⚡ ', t('break.title')),
      h('p', { class: 'muted' }, t('break.intro')),
      arm,
      processes.length > 0 ? kill : null,
      said,
    ),
  );
}
