import { OK, type CallContext } from './call-context.js';
import { unknownClient } from './heartbeat.js';

/** The client says goodbye: what it has leased is delivered to others after a second. */
export async function notifyClientTermination(_request: object, { broker, clientId }: CallContext): Promise<object> {
  if (!broker.clients.terminate(clientId)) throw unknownClient();
  return { status: OK };
}
