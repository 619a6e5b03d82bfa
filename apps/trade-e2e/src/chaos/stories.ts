import { sample } from '@trade/testing';
import type { OrderView } from '../shop-client.js';
import { COUPON_FEN, POOR_BALANCE_FEN, yuan, type Goods } from './market.js';
import type { Random } from './random.js';
import { SWEPT, type Shopper } from './shopper.js';

/** What customers do: `orders` is how many orders they try to place with it. */
export interface Story {
  name: string;
  weight: number;
  orders: number;
  act(shopper: Shopper): Promise<void>;
}

const USED_COUPON = { userId: sample.userId, couponId: '345988230098857984' };
const SOLD_OUT = ['SHOP_GOODS_NUM_NOT_ENOUGH'];
const SAME_COUPON = 3;
const SAME_BALANCE = 3;
const LAST_ONES = 3;

export const stories: readonly Story[] = [
  story('pays', 30, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    if (!order) return;
    await shopper.readBack(order);
    await shopper.think();
    const payment = await shopper.createPayment(order);
    if (payment) await shopper.reportPaid(payment);
  }),
  story('pays twice', 12, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    if (!order) return;
    const [first, second] = await Promise.all([shopper.createPayment(order), shopper.createPayment(order)]);
    if (first && second) shopper.mustEqual('open payments of one order', first.payId, second.payId);
    const payment = first ?? second;
    if (!payment) return;
    await Promise.all([shopper.reportPaid(payment), shopper.reportPaid(payment)]);
    await shopper.think();
    await shopper.reportPaid(payment, { payAmount: order.payAmount, orderId: order.orderId });
  }),
  story('pays late', 10, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    const payment = order && (await shopper.createPayment(order));
    if (!payment) return;
    await shopper.untilUnpaidLimit(500, 3_000);
    await shopper.reportPaid(payment);
  }),
  story('pays while the order is being cancelled', 8, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    const payment = order && (await shopper.createPayment(order));
    if (!payment) return;
    await shopper.untilUnpaidLimit(-200, 200);
    await shopper.reportPaid(payment);
  }),
  story('never pays', 8, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    if (order) await shopper.createPayment(order);
  }),
  story('pays after a failed try', 3, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    const payment = order && (await shopper.createPayment(order));
    if (!payment) return;
    await shopper.reportWrongly(payment, { payAmount: '0.01' });
    await shopper.reportPaid(payment);
  }),
  story('cancels the order, sometimes twice, and sometimes pays all the same', 5, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    const payment = order && (await shopper.createPayment(order));
    if (!order) return;
    await Promise.all(onceOrTwice(shopper, () => shopper.cancel(order)));
    if (payment && shopper.random.next() < 0.5) await shopper.reportPaid(payment);
  }),
  story('cancels while the payment arrives', 5, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    const payment = order && (await shopper.createPayment(order));
    if (!payment) return;
    const cancel = () => shopper.cancel(order, ['SHOP_ORDER_PAY_STATUS_IS_PAY']);
    await Promise.all([shopper.reportPaid(payment), ...onceOrTwice(shopper, cancel)]);
  }),
  story('cancels when the time to pay is over', 3, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    if (!order) return;
    await shopper.untilUnpaidLimit(-200, 200);
    await shopper.cancel(order);
  }),
  story('wants the money back, while the payment is reported again', 8, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    const payment = order && (await shopper.createPayment(order));
    if (!payment) return;
    await shopper.reportPaid(payment);
    await Promise.all([shopper.reportPaid(payment), ...onceOrTwice(shopper, () => shopper.refund(order))]);
  }),
  story('wants the balance back', 2, 1, async (shopper) => {
    const order = await coveredOrder(shopper);
    if (order) await Promise.all(onceOrTwice(shopper, () => shopper.refund(order)));
  }),
  story('forges a payment', 3, 1, async (shopper) => {
    const order = await usualOrder(shopper);
    const payment = order && (await shopper.createPayment(order));
    if (payment) await shopper.reportWrongly(payment, {}, 'a key of my own');
  }),
  story('coupon and balance cover the order', 5, 1, async (shopper) => {
    await coveredOrder(shopper);
  }),
  story('one coupon for several orders at once', 4, SAME_COUPON, async (shopper) => {
    const order = (): Promise<OrderView | null> =>
      shopper.confirm(shopper.order(shopper.random.pick(shopper.market.hotGoods), { couponId: shopper.couponId }), {
        refusedWith: ['SHOP_COUPON_ISUSED', ...SWEPT],
      });
    await payAll(shopper, await Promise.all(Array.from({ length: SAME_COUPON }, order)));
  }),
  story('one small balance for several orders at once', 4, SAME_BALANCE, async (shopper) => {
    const userId = shopper.random.pick(shopper.market.poorUsers);
    const moneyPaid = yuan(Math.round(POOR_BALANCE_FEN * 0.4));
    const order = (): Promise<OrderView | null> =>
      shopper.confirm(shopper.order(shopper.market.hotGoods[2]!, { userId, moneyPaid }), {
        refusedWith: ['SHOP_MONEY_PAID_INVALID', ...SWEPT],
      });
    await Promise.all(Array.from({ length: SAME_BALANCE }, order));
  }),
  story('the last ones in stock', 5, LAST_ONES, async (shopper) => {
    const goods = shopper.random.pick(shopper.market.coldGoods);
    const order = (): Promise<OrderView | null> =>
      shopper.confirm(shopper.order(goods), {
        refusedWith: [...SOLD_OUT, ...SWEPT],
      });
    await payAll(shopper, await Promise.all(Array.from({ length: LAST_ONES }, order)));
  }),
  ...refusals(),
];

/** Orders that must fail, of every kind. */
function refusals(): Story[] {
  const wrong = (
    name: string,
    code: string,
    wrongness: (shopper: Shopper, goods: Goods) => Parameters<Shopper['order']>[1],
  ): Story =>
    story(name, 1, 1, async (shopper) => {
      const goods = shopper.random.pick(shopper.market.usualGoods);
      await shopper.confirm(shopper.order(goods, wrongness(shopper, goods)), { refusedWith: [code], neverTaken: true });
    });
  return [
    wrong('unknown goods', 'SHOP_GOODS_NO_EXIST', ({ market, number }) => ({ goodsId: market.unknownId(number) })),
    wrong('unknown user', 'SHOP_USER_NO_EXIST', ({ market, number }) => ({ userId: market.unknownId(number) })),
    wrong('unknown coupon', 'SHOP_COUPON_NO_EXIST', ({ market, number }) => ({ couponId: market.unknownId(number) })),
    wrong('old price', 'SHOP_GOODS_PRICE_INVALID', () => ({ goodsPrice: '1.23' })),
    wrong('wrong sum', 'SHOP_ORDERAMOUNT_INVALID', () => ({ orderAmount: '0.01' })),
    wrong('wrong shipping fee', 'SHOP_ORDER_SHIPPINGFEE_INVALID', () => ({ shippingFee: '1.00' })),
    wrong('more than is in stock', 'SHOP_GOODS_NUM_NOT_ENOUGH', ({ market }, { priceFen }) => ({
      goodsId: market.soldOutGoods.find((soldOut) => soldOut.priceFen === priceFen)!.goodsId,
    })),
    wrong('quantity zero', 'SHOP_REQUEST_PARAMETER_INVALID', () => ({ goodsNumber: 0 })),
    wrong('more balance than is due', 'SHOP_MONEY_PAID_TOO_MUCH', () => ({ moneyPaid: '9999.00' })),
    wrong('more balance than there is', 'SHOP_MONEY_PAID_INVALID', ({ market, random }) => ({
      userId: random.pick(market.poorUsers),
      moneyPaid: yuan(POOR_BALANCE_FEN + 1),
    })),
    wrong("somebody else's coupon", 'SHOP_COUPON_NOT_OWNED', ({ market, number }) => ({
      couponId: market.couponOf(number, 1),
      userId: market.userOf(number + 1),
    })),
    wrong('a used coupon', 'SHOP_COUPON_ISUSED', () => USED_COUPON),
  ];
}

/** Which stories happen, in which order, until about so many orders were tried; the same for the same seed. */
export function planStories(random: Random, orders: number): Story[] {
  const plan: Story[] = [];
  for (let planned = 0; planned < orders; planned += plan.at(-1)!.orders) plan.push(random.weighted(stories));
  return plan;
}

function story(name: string, weight: number, orders: number, act: Story['act']): Story {
  return { name, weight, orders, act };
}

/** Hot or usual goods, with or without coupon and balance part. */
function usualOrder(shopper: Shopper): Promise<OrderView | null> {
  const { random, market, couponId } = shopper;
  const goods = random.pick(random.next() < 0.5 ? market.hotGoods : market.usualGoods);
  const coupon = random.next() < 0.5 ? { couponId } : {};
  const balance = random.next() < 0.5 ? { moneyPaid: yuan(random.int(1, 1_500)) } : {};
  const insists = random.next() < 0.5;
  return shopper.confirm(shopper.order(goods, { quantity: random.int(1, 3), ...coupon, ...balance }), {
    insists,
    // the order of an earlier try may not have given its coupon back yet
    refusedWith: [...SWEPT, ...(insists ? ['SHOP_COUPON_ISUSED'] : [])],
  });
}

function coveredOrder(shopper: Shopper): Promise<OrderView | null> {
  const order = shopper.order(shopper.random.pick(shopper.market.hotGoods), { couponId: shopper.couponId });
  return shopper.confirm({ ...order, moneyPaid: yuan(Math.round(Number(order.orderAmount) * 100) - COUPON_FEN) });
}

/** Some do it twice at the same time. */
function onceOrTwice(shopper: Shopper, act: () => Promise<void>): Promise<void>[] {
  return shopper.random.next() < 0.5 ? [act()] : [act(), act()];
}

async function payAll(shopper: Shopper, orders: (OrderView | null)[]): Promise<void> {
  for (const order of orders) {
    const payment = order && (await shopper.createPayment(order));
    if (payment) await shopper.reportPaid(payment);
  }
}
