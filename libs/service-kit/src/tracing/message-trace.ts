import { SpanKind, type Attributes, type Span } from '@opentelemetry/api';
import { inSpan, isTracing, markFailed, startSpan } from './spans.js';
import { currentTraceparent, runInTrace, traceparentOf } from './trace.js';

type Properties = Readonly<Record<string, string>>;

interface Outgoing {
  topic: string;
  tag?: string;
  keys?: string[];
  properties?: Record<string, string>;
}

interface Received {
  id: string;
  topic: string;
  tag: string;
  key: string;
  group: string;
  attempt: number;
  properties: Properties;
}

/**
 * How a trace travels with messages: the `context` of MessagingModule. A message is given the traceparent of the request
 * that adds it to the outbox; the relay sends it with that of its own span, and the listener's span is the child of that.
 */
export const messageTrace = {
  inject(): Record<string, string> {
    const traceparent = currentTraceparent();
    return traceparent ? { traceparent } : {};
  },

  async send<Message extends Outgoing, Result>(
    messages: Message[],
    send: (messages: Message[]) => Promise<PromiseSettledResult<Result>[]>,
  ): Promise<PromiseSettledResult<Result>[]> {
    if (!isTracing()) return send(messages);
    const spans = messages.map(sendSpan);
    const results = await send(messages.map((message, index) => withSpan(message, spans[index])));
    results.forEach((result, index) => {
      if (result.status === 'rejected' && spans[index]) markFailed(spans[index], result.reason);
      spans[index]?.end();
    });
    return results;
  },

  run<T>(message: Received, handle: () => Promise<T>): Promise<T> {
    const parent = message.properties['traceparent'];
    if (!isTracing()) return runInTrace(parent, handle);
    const name = `process ${message.topic}`;
    return inSpan({ name, kind: SpanKind.CONSUMER, attributes: attributesOf(message) }, parent, handle);
  },
};

/** None for a message of no trace: it would be a trace of its own that says nothing. */
function sendSpan({ topic, tag, keys, properties }: Outgoing): Span | undefined {
  const parent = properties?.['traceparent'];
  if (parent === undefined) return undefined;
  const attributes = messageAttributes('send', topic, tag, keys?.[0]);
  return startSpan({ name: `send ${topic}`, kind: SpanKind.PRODUCER, attributes }, parent);
}

function withSpan<Message extends Outgoing>(message: Message, span: Span | undefined): Message {
  if (!span) return message;
  const { traceId, spanId, traceFlags } = span.spanContext();
  const traceparent = traceparentOf(traceId, spanId, traceFlags);
  return { ...message, properties: { ...message.properties, traceparent } };
}

function attributesOf({ id, topic, tag, key, group, attempt }: Received): Attributes {
  return {
    ...messageAttributes('process', topic, tag, key),
    'messaging.message.id': id,
    'messaging.consumer.group.name': group,
    'trade.message.attempt': attempt,
  };
}

function messageAttributes(operation: 'send' | 'process', topic: string, tag?: string, key?: string): Attributes {
  return {
    'messaging.system': 'rocketmq',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': topic,
    ...(tag && { 'messaging.rocketmq.message.tag': tag }),
    ...(key && { 'messaging.rocketmq.message.keys': [key] }),
  };
}
