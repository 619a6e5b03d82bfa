import { BrokerError, Code } from '../broker/code.js';
import { OK, type CallContext } from './call-context.js';

/** The client says goodbye: what it has leased is delivered to others after a second. */
export async function notifyClientTermination(_request: object, { broker, clientId }: CallContext): Promise<object> {
  if (!broker.clients.terminate(clientId)) {
    throw new BrokerError(Code.UNRECOGNIZED_CLIENT_TYPE, `cannot find client settings for this client: ${clientId}`);
  }
  return { status: OK };
}
