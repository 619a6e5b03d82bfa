import { api } from './api.js';
import { drawBreakPanel } from './break-panel.js';
import { byId, h, replace } from './dom.js';
import { t, time, yuan } from './language.js';
import { notice, openPage, tell } from './page.js';
import { flash } from './session.js';
import { orderChips } from './status.js';
import { timelineChart } from './timeline-chart.js';
import { timelineList } from './timeline-list.js';

const LOOK_EVERY_MS = 1_000;
const QUIET_LOOK_EVERY_MS = 3_000;
/** Nothing new for so long: probably nothing more will come. */
const QUIET_AFTER_MS = 20_000;
const NARROW = '(max-width: 760px)';

const settings = await openPage('order.title');
const orderId = new URLSearchParams(location.search).get('id') ?? '';
let view = matchMedia(NARROW).matches ? 'list' : 'chart';
let timeline = null;
let shown = '';
let changedAt = Date.now();

const said = flash.take();
if (said) notice(t('order.failed', { reason: said }), 'bad');
drawViews();
drawLegend();
if (settings.hasSandbox) await tell(() => drawBreakPanel(byId('break')));
void look();

async function look() {
  if (!document.hidden) {
    await tell(async () => {
      const path = `/order/${encodeURIComponent(orderId)}`;
      const [order, found] = await Promise.all([api(path), api(`${path}/timeline`)]);
      const now = JSON.stringify([order, found]);
      if (now === shown) return;
      [shown, timeline, changedAt] = [now, found, Date.now()];
      drawOrder(order);
      drawTimeline();
    });
  }
  const everyMs = Date.now() - changedAt > QUIET_AFTER_MS ? QUIET_LOOK_EVERY_MS : LOOK_EVERY_MS;
  setTimeout(() => void look(), everyMs);
}

function drawOrder(order) {
  byId('order-title').textContent = t('order.number', { orderId: order.orderId });
  replace(byId('chips'), orderChips(order));
  const facts = [
    ['order.goods', `${order.goodsNumber} × ${yuan(order.goodsPrice)}`],
    ['order.amount', yuan(order.orderAmount)],
    ['order.coupon', yuan(order.couponPaid)],
    ['order.balance', yuan(order.moneyPaid)],
    ['order.toPay', yuan(order.payAmount)],
    ['order.added', time(order.addTime)],
    ...(order.cancelReason ? [['order.reason', t(`code.${order.cancelReason}`, {}, order.cancelReason)]] : []),
  ];
  replace(
    byId('facts'),
    facts.flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)]),
  );
  drawActions(order);
}

function drawActions({ orderStatus, payStatus }) {
  const end = (action) => () => tell(() => api(`/order/${encodeURIComponent(orderId)}/${action}`, { body: {} }));
  const isOpen = orderStatus === 1 && payStatus === 0;
  const isPaid = orderStatus === 1 && payStatus === 2;
  replace(
    byId('actions'),
    isOpen && settings.hasSandbox
      ? h(
          'a',
          { class: 'button primary', id: 'pay', href: `/shop/cashier.html?order=${encodeURIComponent(orderId)}` },
          t('order.pay'),
        )
      : null,
    isOpen ? h('button', { onclick: end('cancel') }, t('order.cancel')) : null,
    isPaid ? h('button', { onclick: end('refund') }, t('order.refund')) : null,
  );
}

function drawViews() {
  const button = (name) =>
    h(
      'button',
      { 'aria-pressed': String(view === name), id: `view-${name}`, onclick: () => show(name) },
      t(`timeline.${name}`),
    );
  byId('views').setAttribute('aria-label', t('timeline.views'));
  replace(byId('views'), button('chart'), button('list'));
}

function show(name) {
  view = name;
  for (const each of ['chart', 'list']) byId(`view-${each}`).setAttribute('aria-pressed', String(view === each));
  drawTimeline();
}

function drawTimeline() {
  if (!timeline) return;
  replace(byId('timeline'), view === 'chart' ? timelineChart(timeline.events) : timelineList(timeline.events));
  byId('legend').hidden = view !== 'chart';
  const remarks = timeline.sources.flatMap(({ service, state, dropped }) => {
    if (state !== 'recording') return [t(`timeline.${state}`, { service })];
    return dropped > 0 ? [t('timeline.dropped', { service, dropped })] : [];
  });
  byId('remarks').textContent = remarks.join(' ');
}

function drawLegend() {
  replace(
    byId('legend'),
    ['change', 'compensation', 'call', 'message', 'failure', 'fault'].map((kind) =>
      h('li', { class: `key-${kind}` }, h('span', { class: 'key', 'aria-hidden': 'true' }), t(`legend.${kind}`)),
    ),
  );
}
