import { OK, type CallContext } from './call-context.js';
import { checkNames, leasedMessage } from './leased-message.js';
import type { HandleRequest } from './wire.js';

/** Gives up on a message: the client has tried it as often as it may. */
export async function forwardMessageToDeadLetterQueue(request: HandleRequest, context: CallContext): Promise<object> {
  checkNames(request);
  const { progress, handle } = leasedMessage(request, request.receiptHandle, context);
  await progress.forwardToDeadLetters(handle, Date.now());
  await context.broker.progress.written();
  return { status: OK };
}
