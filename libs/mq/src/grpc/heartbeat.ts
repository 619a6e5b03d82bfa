import { BrokerError, Code } from '../broker/code.js';
import { OK, type CallContext } from './call-context.js';
import type { HeartbeatRequest } from './wire.js';

export async function heartbeat(_request: HeartbeatRequest, { broker, clientId }: CallContext): Promise<object> {
  if (!broker.clients.has(clientId)) {
    throw new BrokerError(Code.UNRECOGNIZED_CLIENT_TYPE, `cannot find client settings for this client: ${clientId}`);
  }
  return { status: OK };
}
