import { isShopCode } from '@trade/contracts';
import { asShopError, DurationHistogram, EventCounter } from '@trade/service-kit';
import { NOT_CONFIRMED_IN_TIME, NOT_PAID_IN_TIME } from './order-status.js';

const orders = new EventCounter(
  'trade_orders_total',
  'Orders by what became of them; a refused one was cancelled too when it had been created.',
  ['outcome', 'reason'],
);
const steps = new DurationHistogram('trade_saga_step_duration_seconds', 'Time that a step of the saga takes.', [
  'step',
]);

export const ordersConfirmed = orders.of({ outcome: 'confirmed', reason: '' });
export const ordersPaid = orders.of({ outcome: 'paid', reason: '' });
export const ordersRefunded = orders.of({ outcome: 'refunded', reason: '' });
/** A customer's own words are no label: there would be no end of them. */
const cancelledOnRequest = orders.of({ outcome: 'cancelled', reason: 'on request' });

const cancelledInTime = new Map(
  [NOT_CONFIRMED_IN_TIME, NOT_PAID_IN_TIME].map((reason) => [reason, orders.of({ outcome: 'cancelled', reason })]),
);

export function countCancelled(reason: string): void {
  const count = isShopCode(reason) ? orders.of({ outcome: 'cancelled', reason }) : cancelledInTime.get(reason);
  (count ?? cancelledOnRequest).add();
}

/** Counts why there is no order where there is none. */
export async function countRefusal<T>(order: Promise<T>): Promise<T> {
  try {
    return await order;
  } catch (error) {
    orders.of({ outcome: 'refused', reason: asShopError(error).code }).add();
    throw error;
  }
}

/** Measures a method that is a step of the saga; one that returns nothing has nothing to do for this order. */
export function SagaStep(step: string) {
  const duration = steps.of({ step });
  return <Arguments extends unknown[], Result extends Promise<unknown> | undefined>(
    _target: object,
    _name: string,
    descriptor: TypedPropertyDescriptor<(...args: Arguments) => Result>,
  ): void => {
    const method = descriptor.value!;
    descriptor.value = function (...args: Arguments): Result {
      const startMs = performance.now();
      const done = method.apply(this, args);
      return done?.finally(() => duration.observe((performance.now() - startMs) / 1_000)) as Result;
    };
  };
}
