import type { ServiceError } from '@grpc/grpc-js';
import type { GrpcServiceContract } from '@trade/contracts';
import type { FastifyInstance } from 'fastify';
import { fromGrpcError } from '../grpc/grpc-errors.js';
import { breakable } from '../faults/faults.js';
import { messageTrace } from '../tracing/message-trace.js';
import { nowUs, recordEvent, timelineIsOn, type OrderEvent, type OrderEventKind } from './order-events.js';

type Call<Rest extends unknown[]> = (request: object, ...rest: Rest) => Promise<object>;

/** What people do to look at orders, and to break them. */
const NOT_OF_ORDERS = /^(timeline|fault)\./;

/** `goods.HoldStock` */
export function callName({ packageName }: GrpcServiceContract<unknown>, name: string): string {
  return `${packageName.split('.')[1]}.${name}`;
}

/** The call itself, or with the timeline on one that is recorded. */
export function recordedCall<Rest extends unknown[]>(
  kind: Extract<OrderEventKind, 'call' | 'serve'>,
  name: string,
  call: Call<Rest>,
): Call<Rest> {
  if (!timelineIsOn() || NOT_OF_ORDERS.test(name)) return call;
  return async (request, ...rest) => {
    const event: OrderEvent = { kind, name, orderId: textOf(request, 'orderId'), atUs: nowUs() };
    try {
      return await call(request, ...rest);
    } catch (error) {
      event.failure = fromGrpcError(error as ServiceError).code;
      throw error;
    } finally {
      record(event);
    }
  };
}

/** Requests that may change something, by what they name in their path or answer. */
export function recordRequests(fastify: FastifyInstance): void {
  const begun = new WeakMap<object, OrderEvent>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { url = '' } = request.routeOptions;
    if (request.method === 'POST' && !url.startsWith('/sandbox')) {
      begun.set(request, { kind: 'http', name: `POST ${url}`, atUs: nowUs() });
    }
    done();
  });
  fastify.addHook('preSerialization', (request, _reply, payload: unknown, done) => {
    const event = begun.get(request);
    const data = typeof payload === 'object' && payload !== null && 'data' in payload ? payload.data : undefined;
    if (event) event.orderId = textOf(data, 'orderId');
    done(null, payload);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const event = begun.get(request);
    if (event) {
      event.orderId ??= textOf(request.params, 'orderId');
      event.details = { status: reply.statusCode };
      if (reply.statusCode >= 400) event.failure = codeOf(payload) ?? String(reply.statusCode);
      record(event);
    }
    done(null, payload);
  });
}

type Received = Parameters<typeof messageTrace.run>[0] & { payload: unknown };

interface MessageContext extends Pick<typeof messageTrace, 'inject' | 'send'> {
  run<T>(message: Received, handle: () => Promise<T>): Promise<T>;
  duplicate?(message: Received): void;
}

/** The `context` of MessagingModule: the trace travels with messages and, with the timeline on, each is recorded. */
export function messageContext(): MessageContext {
  if (!timelineIsOn()) return messageTrace;
  return {
    inject: () => messageTrace.inject(),

    async send(messages, send) {
      const atUs = nowUs();
      const results = await messageTrace.send(messages, send);
      results.forEach((result, index) => record(sentEvent(messages[index]!, result, atUs)));
      return results;
    },

    run: (message, handle) =>
      messageTrace.run(message, async () => {
        const event = receivedEvent('receive', message);
        try {
          return await breakable(`receive ${message.tag}`, handle)(message);
        } catch (error) {
          event.failure = error instanceof Error ? error.message : String(error);
          throw error;
        } finally {
          record(event);
        }
      }),

    duplicate: (message) => recordEvent(receivedEvent('duplicate', message)),
  };
}

interface Sent {
  tag?: string;
  body?: string | Buffer;
  deliverAtMs?: number;
}

function sentEvent(
  { tag = '', body, deliverAtMs }: Sent,
  result: PromiseSettledResult<unknown>,
  atUs: number,
): OrderEvent {
  const event: OrderEvent = { kind: 'send', name: tag, orderId: orderIdInJson(body), atUs, details: { deliverAtMs } };
  if (result.status === 'rejected') event.failure = String(result.reason);
  else event.details = { deliverAtMs, messageId: textOf(result.value, 'messageId') };
  return event;
}

function receivedEvent(kind: Extract<OrderEventKind, 'receive' | 'duplicate'>, message: Received): OrderEvent {
  const { id: messageId, tag, group, attempt } = message;
  return { kind, name: tag, orderId: orderIdOf(message), atUs: nowUs(), details: { messageId, group, attempt } };
}

function record(event: OrderEvent): void {
  event.durationUs = nowUs() - event.atUs;
  recordEvent(event);
}

function orderIdOf(message: Received): string | undefined {
  try {
    return textOf(message.payload, 'orderId');
  } catch {
    return undefined; // not JSON: nobody's order
  }
}

function orderIdInJson(body: string | Buffer = ''): string | undefined {
  try {
    return textOf(JSON.parse(body.toString()), 'orderId');
  } catch {
    return undefined; // not JSON: nobody's order
  }
}

function codeOf(problem: unknown): string | undefined {
  if (typeof problem !== 'string') return undefined;
  return /"code":"(\w+)"/.exec(problem)?.[1];
}

function textOf(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null || !(field in value)) return undefined;
  const text = (value as Record<string, unknown>)[field];
  return typeof text === 'string' && text !== '' && text !== '0' ? text : undefined;
}
