import { api } from './api.js';
import { byId, h, replace } from './dom.js';
import { t, time, yuan } from './language.js';
import { openPage, tell } from './page.js';

const SPEEDS = [1, 10, 60, 600, 3_600];
const USUAL_SPEED = 60;
const LOOK_EVERY_MS = 500;
const OUTCOMES = ['pay', 'twice', 'late', 'fail', 'never'];

await openPage('cashier.title');
const orderId = new URLSearchParams(location.search).get('order') ?? '';
byId('back').href = `/shop/order.html?id=${encodeURIComponent(orderId)}`;
replace(
  byId('speed'),
  SPEEDS.map((speed) => h('option', { value: speed, selected: speed === USUAL_SPEED }, t('cashier.times', { speed }))),
);
await tell(async () => {
  const order = await api(`/order/${encodeURIComponent(orderId)}`);
  const payment = await api('/sandbox/payments', { body: { orderId, payAmount: order.payAmount } });
  byId('amount').textContent = yuan(payment.payAmount);
  byId('payment').textContent = t('cashier.payment', { payId: payment.payId });
  drawOutcomes(payment.payId);
  await look(payment.payId);
});

function drawOutcomes(payId) {
  replace(
    byId('outcomes'),
    OUTCOMES.map((outcome) =>
      h(
        'button',
        {
          class: outcome === 'pay' ? 'primary outcome' : 'outcome',
          'data-outcome': outcome,
          onclick: () => decide(payId, outcome),
        },
        h('span', { class: 'strong' }, t(`outcome.${outcome}`)),
        h('small', {}, t(`outcome.${outcome}.hint`)),
      ),
    ),
  );
}

function decide(payId, outcome) {
  const body = { outcome, speed: Number(byId('speed').value) };
  return tell(async () => drawReports(await api(`/sandbox/payments/${payId}/outcome`, { body })));
}

async function look(payId) {
  await tell(async () => drawReports(await api(`/sandbox/payments/${payId}`)));
  setTimeout(() => void look(payId), LOOK_EVERY_MS);
}

function drawReports({ outcome, reports, nextAt }) {
  const line = ({ at, status, taken }) =>
    h(
      'li',
      { class: taken ? 'good' : 'bad' },
      `${time(at)} · `,
      status === null ? t('cashier.noAnswer') : t(taken ? 'cashier.taken' : 'cashier.refused', { status }),
    );
  if (byId('reports').childElementCount !== reports.length) replace(byId('reports'), reports.map(line));
  const waiting = nextAt ? t('cashier.next', { time: time(nextAt) }) : '';
  byId('next').textContent = outcome === 'never' ? t('cashier.silent') : waiting;
  for (const button of document.querySelectorAll('.outcome')) {
    button.setAttribute('aria-pressed', String(button.dataset.outcome === outcome));
  }
}
