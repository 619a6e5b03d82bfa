import { BrokerError, Code } from '../broker/code.js';
import { OK, type CallContext } from './call-context.js';
import type { HeartbeatRequest } from './wire.js';

/** Consumers of lite topics, which this broker does not have. */
const LITE_CLIENTS: Record<number, string> = { 5: 'LITE_PUSH_CONSUMER', 6: 'LITE_SIMPLE_CONSUMER' };

export async function heartbeat(request: HeartbeatRequest, { broker, clientId }: CallContext): Promise<object> {
  if (!broker.clients.has(clientId)) throw unknownClient();
  const lite = LITE_CLIENTS[request.clientType];
  if (lite) throw new BrokerError(Code.UNRECOGNIZED_CLIENT_TYPE, lite);
  return { status: OK };
}

export function unknownClient(): BrokerError {
  return new BrokerError(Code.UNRECOGNIZED_CLIENT_TYPE, 'cannot find client settings for this client');
}
