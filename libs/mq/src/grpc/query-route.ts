import { isIPv4, isIPv6 } from 'node:net';
import { checkTopicName } from '../broker/name-rules.js';
import { MESSAGE_TYPE } from '../broker/message-rules.js';
import type { Topic } from '../broker/topics.js';
import { OK, type CallContext } from './call-context.js';
import type { Endpoints, QueryRouteRequest, Resource } from './wire.js';

const READ_WRITE = 4;
const SCHEME = { IPv4: 1, IPv6: 2, DOMAIN_NAME: 3 };

/** Queues of a topic and where they are. */
export async function queryRoute(request: QueryRouteRequest, context: CallContext): Promise<object> {
  const topic = topicOf(request.topic, context);
  const queues = Array.from({ length: topic.queues }, (_, id) => messageQueue(request, topic, id, context));
  return { status: OK, messageQueues: queues };
}

/** Throws BrokerError on an illegal or unknown topic. */
export function topicOf(resource: Resource | null | undefined, context: CallContext): Topic {
  const name = resource?.name ?? '';
  checkTopicName(name);
  return context.broker.topics.get(name);
}

export function messageQueue(request: QueryRouteRequest, topic: Topic, id: number, context: CallContext): object {
  return {
    topic: request.topic,
    id,
    permission: READ_WRITE,
    broker: { name: context.server.brokerName, id: 0, endpoints: endpointsFor(request.endpoints, context) },
    acceptMessageTypes: topic.type === 'MIXED' ? Object.values(MESSAGE_TYPE) : [MESSAGE_TYPE[topic.type]],
  };
}

/**
 * The address that the client dialled is the one that works for it, through containers and port mappings alike. One
 * address only: the Node client cannot dial several.
 */
function endpointsFor(dialled: Endpoints | null | undefined, { server }: CallContext): Endpoints {
  const address = server.advertised ?? dialled?.addresses[0] ?? { host: server.host, port: server.port };
  return { scheme: schemeOf(address.host), addresses: [{ host: address.host, port: address.port }] };
}

function schemeOf(host: string): number {
  if (isIPv4(host)) return SCHEME.IPv4;
  return isIPv6(host) ? SCHEME.IPv6 : SCHEME.DOMAIN_NAME;
}
