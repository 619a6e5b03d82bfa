import type { ApiExamples } from '@trade/service-kit';

/** Requests to try, after those of order-service: sent one after the other, down this file. */

/** The unpaid and the cancelled order of order-service's examples. */
const ORDER_ID = '912598894959923200';
const CANCELLED_ORDER_ID = '912598894959923201';
const PAY_ID = '912598895228362752';
const NO_SUCH_ID = '1';

const payment = { payId: PAY_ID, orderId: ORDER_ID, payAmount: '1000.00', moneyPaid: '0.00' };

export const createPaymentRequests: ApiExamples = {
  'the payment of an order': {
    body: { orderId: ORDER_ID, payAmount: '1000.00' },
    data: { ...payment, isPaid: 0, payTime: null },
  },
  SHOP_PAY_AMOUNT_INVALID: { body: { orderId: ORDER_ID, payAmount: '0.01' } },
  SHOP_ORDER_NO_EXIST: { body: { orderId: NO_SUCH_ID, payAmount: '1000.00' } },
  SHOP_ORDER_CANCELLED: { body: { orderId: CANCELLED_ORDER_ID, payAmount: '880.00' } },
};

export const callbackRequests: ApiExamples = {
  SHOP_PAY_AMOUNT_INVALID: { body: { payId: PAY_ID, isPaid: 2, payAmount: '0.01' } },
  'the money is here': {
    body: { payId: PAY_ID, isPaid: 2, payAmount: '1000.00', orderId: ORDER_ID, transactionId: '4200001234' },
    data: payment,
  },
  SHOP_PAYMENT_NOT_FOUND: { body: { payId: NO_SUCH_ID, isPaid: 2 } },
};

export const readRequests: ApiExamples = {
  'a payment': { parameters: { payId: PAY_ID }, data: payment },
  SHOP_PAYMENT_NOT_FOUND: { parameters: { payId: NO_SUCH_ID } },
};
