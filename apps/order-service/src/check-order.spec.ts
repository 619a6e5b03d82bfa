import type { Coupon, Goods, User } from '@trade/contracts';
import { checkOrder, type OrderAmounts } from './check-order.js';
import type { ConfirmOrderRequest } from './confirm-order.request.js';

const shipping = { freeFromFen: 99_00n, feeFen: 8_00n };
const goods: Goods = { goodsId: '11', goodsName: 'course', goodsDesc: '', priceFen: '100000', stock: 10 };
const user: User = { userId: '22', userName: 'Li Lei', balanceFen: '90000', score: 0 };
const coupon: Coupon = { couponId: '33', userId: '22', valueFen: '2000', used: false };

interface Case {
  request?: Partial<ConfirmOrderRequest>;
  goods?: Partial<Goods>;
  user?: Partial<User>;
  coupon?: Partial<Coupon>;
}

/** One course at 1000.00, without coupon and balance part, unless the case says otherwise. */
function check(given: Case = {}): OrderAmounts {
  const request: ConfirmOrderRequest = {
    userId: '22',
    goodsId: '11',
    goodsNumber: 1,
    goodsPrice: 1000_00n,
    orderAmount: 1000_00n,
    shippingFee: 0n,
    address: 'Beijing',
    ...given.request,
  };
  const facts = {
    goods: { ...goods, ...given.goods },
    user: { ...user, ...given.user },
    coupon: given.coupon && { ...coupon, ...given.coupon },
  };
  return checkOrder(request, facts, shipping);
}

/** A piece at 19.99, so that shipping costs 8.00. */
const cheap = { goods: { priceFen: '1999' }, request: { goodsPrice: 19_99n, shippingFee: 8_00n, orderAmount: 27_99n } };

describe('an order is accepted', () => {
  it('with nothing but its goods: everything is to be paid', () => {
    expect(check()).toEqual({
      goodsAmountFen: 1000_00n,
      shippingFeeFen: 0n,
      orderAmountFen: 1000_00n,
      couponPaidFen: 0n,
      moneyPaidFen: 0n,
      payAmountFen: 1000_00n,
    });
  });

  it('with coupon and balance: what they cover is not to be paid', () => {
    const amounts = check({ coupon: {}, request: { couponId: '33', moneyPaid: 100_00n } });
    expect(amounts).toMatchObject({ couponPaidFen: 20_00n, moneyPaidFen: 100_00n, payAmountFen: 880_00n });
  });

  it('the last unit in stock can be bought', () => {
    expect(check({ goods: { stock: 1 } }).payAmountFen).toBe(1000_00n);
  });

  it('shipping fee is part of the amount', () => {
    expect(check(cheap)).toMatchObject({ goodsAmountFen: 19_99n, shippingFeeFen: 8_00n, orderAmountFen: 27_99n });
  });

  it('cents are kept', () => {
    const request = { ...cheap.request, goodsNumber: 3, orderAmount: 67_97n, moneyPaid: 1n };
    const amounts = check({ ...cheap, request, user: { balanceFen: '1' } });
    expect(amounts).toMatchObject({ goodsAmountFen: 59_97n, moneyPaidFen: 1n, payAmountFen: 67_96n });
  });

  it('the whole balance can be spent', () => {
    const amounts = check({ request: { moneyPaid: 900_00n } });
    expect(amounts.payAmountFen).toBe(100_00n);
  });

  it('coupon and balance may cover everything', () => {
    const amounts = check({
      coupon: {},
      user: { balanceFen: '98000' },
      request: { couponId: '33', moneyPaid: 980_00n },
    });
    expect(amounts.payAmountFen).toBe(0n);
  });

  it('a coupon worth more than the order covers it, and no more', () => {
    const amounts = check({ coupon: { valueFen: '500000' }, request: { couponId: '33' } });
    expect(amounts).toMatchObject({ couponPaidFen: 1000_00n, payAmountFen: 0n });
  });
});

describe('an order is refused', () => {
  it.each<Case & { rule: string; code: string }>([
    {
      rule: 'the price is not the current one',
      request: { goodsPrice: 999_99n, orderAmount: 999_99n },
      code: 'SHOP_GOODS_PRICE_INVALID',
    },
    {
      rule: 'more is ordered than there is in stock',
      goods: { stock: 10 },
      request: { goodsNumber: 11, orderAmount: 11_000_00n },
      code: 'SHOP_GOODS_NUM_NOT_ENOUGH',
    },
    { rule: 'the stock is empty', goods: { stock: 0 }, code: 'SHOP_GOODS_NUM_NOT_ENOUGH' },
    {
      rule: 'the shipping fee is left out',
      ...cheap,
      request: { ...cheap.request, shippingFee: 0n },
      code: 'SHOP_ORDER_SHIPPINGFEE_INVALID',
    },
    {
      rule: 'there is a shipping fee where shipping is free',
      request: { shippingFee: 8_00n, orderAmount: 1008_00n },
      code: 'SHOP_ORDER_SHIPPINGFEE_INVALID',
    },
    {
      rule: 'the amount leaves out the shipping fee',
      ...cheap,
      request: { ...cheap.request, orderAmount: 19_99n },
      code: 'SHOP_ORDERAMOUNT_INVALID',
    },
    { rule: 'the amount is a cent too low', request: { orderAmount: 999_99n }, code: 'SHOP_ORDERAMOUNT_INVALID' },
    {
      rule: 'a coupon of somebody else is refused',
      coupon: { userId: '23' },
      request: { couponId: '33' },
      code: 'SHOP_COUPON_NOT_OWNED',
    },
    { rule: 'the coupon is used', coupon: { used: true }, request: { couponId: '33' }, code: 'SHOP_COUPON_ISUSED' },
    {
      rule: 'the balance part is a cent more than the balance',
      request: { moneyPaid: 900_01n },
      code: 'SHOP_MONEY_PAID_INVALID',
    },
    {
      rule: 'the balance part is a cent more than what is due',
      user: { balanceFen: '500000' },
      coupon: {},
      request: { couponId: '33', moneyPaid: 980_01n },
      code: 'SHOP_MONEY_PAID_TOO_MUCH',
    },
  ])('$rule', ({ code, ...given }) => {
    expect(() => check(given)).toThrow(expect.objectContaining({ code }));
  });

  it('with a wrong shipping fee, and the right one is told', () => {
    const wrong = { ...cheap, request: { ...cheap.request, shippingFee: 0n } };
    expect(() => check(wrong)).toThrow('The shipping fee of this order is 8.00');
  });
});
