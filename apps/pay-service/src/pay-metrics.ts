import { asShopError, EventCounter } from '@trade/service-kit';

const payments = new EventCounter('trade_payments_total', 'Payments by what became of them.', ['outcome']);
export const paymentsOpened = payments.of({ outcome: 'opened' });
export const paymentsPaid = payments.of({ outcome: 'paid' });
export const paymentsFailed = payments.of({ outcome: 'failed' });
export const paymentsRefunded = payments.of({ outcome: 'refunded' });

const callbacks = new EventCounter(
  'trade_payment_callbacks_total',
  'Callbacks of the payment platform by the shop code of their answer; repeated ones are SHOP_SUCCESS too.',
  ['code'],
);
const callbacksTaken = callbacks.of({ code: 'SHOP_SUCCESS' });
export const callbacksUnsigned = callbacks.of({ code: 'SHOP_PAY_SIGNATURE_INVALID' });

export async function countCallback<T>(answer: Promise<T>): Promise<T> {
  try {
    const result = await answer;
    callbacksTaken.add();
    return result;
  } catch (error) {
    callbacks.of({ code: asShopError(error).code }).add();
    throw error;
  }
}
