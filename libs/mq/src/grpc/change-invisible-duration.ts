import { BrokerError, Code } from '../broker/code.js';
import { encodeReceiptHandle } from '../broker/receipt-handle.js';
import { OK, type CallContext } from './call-context.js';
import { checkNames, leasedMessage } from './leased-message.js';
import { toMs, type ChangeInvisibleDurationRequest } from './wire.js';

const MAX_INVISIBLE_MS = 12 * 3600_000;

/** Moves the end of a lease: the negative acknowledgement of push consumers, the extension of simple ones. */
export async function changeInvisibleDuration(
  request: ChangeInvisibleDurationRequest,
  context: CallContext,
): Promise<object> {
  const durationMs = request.invisibleDuration ? toMs(request.invisibleDuration) : 0;
  if (durationMs < 0) throw new BrokerError(Code.ILLEGAL_INVISIBLE_TIME, 'the invisibleTime is too small. min is 0');
  if (durationMs > MAX_INVISIBLE_MS) {
    throw new BrokerError(Code.ILLEGAL_INVISIBLE_TIME, `the invisibleTime is too large. max is ${MAX_INVISIBLE_MS}`);
  }
  checkNames(request);
  const { progress, handle } = leasedMessage(request, request.receiptHandle, context);
  const renewed = progress.changeInvisible(handle, durationMs, Date.now());
  await context.broker.progress.written();
  return { status: OK, receiptHandle: encodeReceiptHandle(renewed) };
}
