import { isShopCode } from '@trade/contracts';
import { toGrpcError } from '../grpc/grpc-errors.js';
import { nowUs, recordEvent } from '../timeline/order-events.js';
import { ShopError } from '../shop-error.js';

/** What can be made to go wrong with a step, once. */
export const FAULTS = ['refuse', 'slow', 'lose-reply', 'late', 'twice', 'die-before', 'die-after'] as const;
export type Fault = (typeof FAULTS)[number];

const SLOW_MS = 1_000;
/** Longer than any caller waits (RPC_DEADLINE_MS). */
const LATE_MS = 5_000;
/** What is recorded before a process dies has to get to the database. */
const LAST_WORDS_MS = 200;

let areAllowed = false;
const armed = new Map<string, Fault>();

/** Called once, at the start of the process; never with true in production. */
export function allowFaults(allowed: boolean): void {
  areAllowed = allowed;
}

export function armFault(step: string, fault: Fault): void {
  if (!areAllowed) throw new Error('faults are not for production');
  armed.set(step, fault);
}

type Step<Rest extends unknown[], Result> = (request: object, ...rest: Rest) => Promise<Result>;

/** The step itself, or where faults are allowed one that can be made to fail. @param name as ArmRequest names it */
export function breakable<Rest extends unknown[], Result>(name: string, step: Step<Rest, Result>): Step<Rest, Result> {
  if (!areAllowed) return step;
  return (request, ...rest) => {
    const fault = armed.get(name);
    if (fault === undefined) return step(request, ...rest);
    armed.delete(name);
    recordEvent({ kind: 'fault', name: fault, orderId: orderIdOf(request), atUs: nowUs(), details: { step: name } });
    return broken(fault, name, () => step(request, ...rest));
  };
}

async function broken<Result>(fault: Fault, name: string, step: () => Promise<Result>): Promise<Result> {
  if (fault === 'refuse') throw refusalOf(name);
  if (fault === 'die-before') await die();
  if (fault === 'slow') await pause(SLOW_MS);
  if (fault === 'late') await pause(LATE_MS);
  if (fault === 'twice') await step();
  const result = await step();
  if (fault === 'die-after') await die();
  if (fault === 'lose-reply') await pause(LATE_MS);
  return result;
}

/** Like kill -9: nothing is closed, nothing is finished. */
async function die(): Promise<void> {
  await pause(LAST_WORDS_MS);
  process.kill(process.pid, 'SIGKILL');
  await pause(LATE_MS);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const REFUSALS: Record<string, string> = {
  'serve goods.HoldStock': 'SHOP_GOODS_NUM_NOT_ENOUGH',
  'serve coupon.UseCoupon': 'SHOP_COUPON_ISUSED',
  'serve user.PayFromBalance': 'SHOP_MONEY_PAID_INVALID',
};

/** As the participant itself would refuse; a message is not refused, its handler fails. */
function refusalOf(name: string): unknown {
  if (name.startsWith('receive ')) return new Error('broken on purpose');
  const code = REFUSALS[name] ?? '';
  return toGrpcError(new ShopError(isShopCode(code) ? code : 'SHOP_SERVICE_UNAVAILABLE'));
}

function orderIdOf(request: object): string | undefined {
  const source = 'payload' in request ? request.payload : request;
  if (typeof source !== 'object' || source === null || !('orderId' in source)) return undefined;
  return String(source.orderId);
}
