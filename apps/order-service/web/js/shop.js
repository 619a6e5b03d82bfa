import { api, ApiError, traceparent } from './api.js';
import { drawBreakPanel } from './break-panel.js';
import { byId, h, replace } from './dom.js';
import { t, time, yuan } from './language.js';
import { messageOf, notice, openPage, tell } from './page.js';
import { flash, session } from './session.js';
import { orderChips } from './status.js';

const RETRY_EVERY_MS = 2_000;
const GIVE_UP_AFTER_MS = 60_000;

const settings = await openPage('shop.title');
const state = { goods: [], chosen: null, account: null, coupons: [], quantity: 1, couponId: '', money: '0' };

async function load() {
  const userId = session.userId();
  state.goods = await api('/goods');
  drawGoods();
  choose(state.goods[0]);
  if (settings.needsLogin && !session.token()) {
    notice(t('session.needed'));
    return;
  }
  [state.account, state.coupons] = await Promise.all([api(`/user/${userId}`), api(`/coupon?userId=${userId}`)]);
  byId('who').textContent = t('session.who', {
    name: state.account.userName,
    balance: yuan(state.account.balance),
    score: state.account.score,
  });
  drawForm();
  drawOrders(await api(`/order?userId=${userId}&limit=20`));
}

function drawGoods() {
  replace(
    byId('goods'),
    state.goods.map((goods) =>
      h(
        'li',
        {},
        h(
          'button',
          { class: 'card', 'aria-pressed': String(goods === state.chosen), onclick: () => choose(goods) },
          h('span', { class: 'card-title' }, goods.goodsName),
          h('span', { class: 'muted' }, goods.goodsDesc),
          h('span', { class: 'price' }, yuan(goods.goodsPrice)),
          h('span', { class: 'muted' }, t('shop.stock', { count: goods.goodsNumber })),
        ),
      ),
    ),
  );
}

function choose(goods) {
  state.chosen = goods;
  for (const [index, card] of [...document.querySelectorAll('.card')].entries()) {
    card.setAttribute('aria-pressed', String(state.goods[index] === goods));
  }
  drawForm();
}

function drawForm() {
  if (!state.chosen || !state.account) return;
  const number = (value, attributes, onchange) =>
    h('input', {
      type: 'number',
      value,
      required: true,
      ...attributes,
      oninput: (event) => onchange(event.target.value),
    });
  const set = (name) => (value) => {
    state[name] = value;
    drawTotal();
  };
  const option = ({ couponId, couponPrice }) =>
    h('option', { value: couponId }, t('shop.couponWorth', { amount: yuan(couponPrice) }));
  const coupon = h(
    'select',
    { name: 'coupon', onchange: (event) => set('couponId')(event.target.value) },
    h('option', { value: '' }, t('shop.noCoupon')),
    state.coupons.map(option),
  );
  coupon.value = state.couponId;
  replace(
    byId('order-form'),
    h('p', { class: 'chosen' }, state.chosen.goodsName),
    field('shop.quantity', number(state.quantity, { name: 'quantity', min: 1, max: 99 }, set('quantity'))),
    field('shop.coupon', coupon),
    field(
      'shop.fromBalance',
      number(state.money, { name: 'money', min: 0, max: state.account.balance, step: '0.01' }, set('money')),
      t('shop.balanceHint', { balance: yuan(state.account.balance) }),
    ),
    field(
      'shop.address',
      h('input', { name: 'address', value: t('shop.addressExample'), required: true, maxlength: 255 }),
    ),
    h('dl', { id: 'total', class: 'facts' }),
    h('button', { class: 'primary wide', id: 'place' }, t('shop.place')),
  );
  drawTotal();
}

function field(key, input, hint) {
  return h(
    'label',
    { class: 'field' },
    h('span', {}, t(key)),
    input,
    hint ? h('small', { class: 'muted' }, hint) : null,
  );
}

function drawTotal() {
  const total = totalFen();
  const coupon = state.coupons.find(({ couponId }) => couponId === state.couponId);
  const paid = Math.min(total, coupon ? fen(coupon.couponPrice) : 0) + fen(state.money || '0');
  replace(
    byId('total'),
    h('dt', {}, t('shop.total')),
    h('dd', {}, yuan(amount(total))),
    h('dt', {}, t('shop.toPay')),
    h('dd', { class: 'strong' }, yuan(amount(Math.max(0, total - paid)))),
  );
}

const fen = (text) => Math.round(Number(text) * 100);
const amount = (value) => (value / 100).toFixed(2);
const totalFen = () => fen(state.chosen.goodsPrice) * Number(state.quantity || 0);

/** One key for one press of the button: sent again after a lost answer, it is the same order. */
async function place(form) {
  const userId = session.userId();
  const total = amount(totalFen());
  const body = {
    ...{
      userId,
      goodsId: state.chosen.goodsId,
      goodsNumber: Number(state.quantity),
      goodsPrice: state.chosen.goodsPrice,
    },
    ...{
      shippingFee: '0',
      orderAmount: total,
      couponId: state.couponId || null,
      moneyPaid: amount(fen(state.money || '0')),
    },
    address: form.get('address'),
  };
  const before = new Set(await ordersOf(userId));
  const headers = { 'idempotency-key': crypto.randomUUID(), traceparent: traceparent() };
  byId('place').disabled = true;
  notice(t('shop.placing'));
  try {
    const order = await againWhileAway(() => api('/order/confirm', { body, headers }));
    location.href = orderPage(order.orderId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await showFailure(userId, before, messageOf(error));
  } finally {
    byId('place').disabled = false;
  }
}

/** A failed order is an order too, and its timeline shows how it was taken back. */
async function showFailure(userId, before, message) {
  const orderId = (await ordersOf(userId)).find((id) => !before.has(id));
  if (!orderId) return notice(message, 'bad');
  flash.put(message);
  location.href = orderPage(orderId);
}

async function ordersOf(userId) {
  const orders = await againWhileAway(() => api(`/order?userId=${userId}&limit=5`));
  return orders.map(({ orderId }) => orderId);
}

/** While nobody answers, or somebody works on it. */
async function againWhileAway(send) {
  for (const deadline = Date.now() + GIVE_UP_AFTER_MS; ;) {
    try {
      return await send();
    } catch (error) {
      const again = error.status === 0 || error.code === 'SHOP_REQUEST_IN_PROGRESS';
      if (!again || Date.now() > deadline) throw error;
      notice(t('shop.askingAgain'));
      await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY_MS));
    }
  }
}

function orderPage(orderId) {
  return `/shop/order.html?id=${orderId}`;
}

function drawOrders(orders) {
  const nothing = h('li', { class: 'muted' }, t('shop.noOrders'));
  const line = (order) =>
    h(
      'li',
      {},
      h(
        'a',
        { class: 'order', href: orderPage(order.orderId) },
        h('span', { class: 'mono' }, order.orderId),
        h('span', {}, yuan(order.orderAmount)),
        h('span', { class: 'muted' }, time(order.addTime)),
        h('span', { class: 'chips' }, orderChips(order)),
      ),
    );
  replace(byId('orders'), orders.length === 0 ? nothing : orders.map(line));
}

byId('order-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void place(new FormData(event.target));
});
await tell(load);
if (settings.hasSandbox) await tell(() => drawBreakPanel(byId('break')));
