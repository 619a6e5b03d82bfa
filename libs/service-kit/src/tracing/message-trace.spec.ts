import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { messageTrace } from './message-trace.js';
import { useTracer } from './spans.js';
import { currentTraceparent, runInTrace } from './trace.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const received = { id: '1', topic: 'orderTopic', tag: 'order_cancel', key: '7', group: 'g', attempt: 2 };
const sent = async (messages: object[]): Promise<PromiseSettledResult<object>[]> =>
  messages.map((value) => ({ status: 'fulfilled', value }));

describe('a message in a process that writes no spans', () => {
  it('is sent with the traceparent of the request that made it', async () => {
    const properties = runInTrace(traceparent, () => messageTrace.inject());
    expect(properties).toEqual({ traceparent });
    const message = { topic: 'orderTopic', properties };
    expect(await messageTrace.send([message], sent)).toEqual([{ status: 'fulfilled', value: message }]);
  });

  it('is handled in the trace that it brings', async () => {
    const handled = messageTrace.run({ ...received, properties: { traceparent } }, async () => currentTraceparent());
    expect(await handled).toBe(traceparent);
  });
});

describe('a message in a process that writes spans', () => {
  const exporter = new InMemorySpanExporter();
  beforeEach(() => {
    exporter.reset();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    useTracer(provider.getTracer('test'));
  });
  afterAll(() => useTracer(undefined));

  it('leaves with the span of its sending as its parent', async () => {
    const [result] = await messageTrace.send([{ topic: 'orderTopic', properties: { traceparent, region: 'n' } }], sent);
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({ name: 'send orderTopic', kind: SpanKind.PRODUCER });
    expect(span!.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    const properties = { region: 'n', traceparent: `00-${traceId}-${span!.spanContext().spanId}-01` };
    expect(result).toMatchObject({ value: { properties } });
  });

  it('that belongs to no trace starts none when it is sent', async () => {
    const messages = [{ topic: 'orderTopic' }];
    expect(await messageTrace.send(messages, sent)).toEqual([{ status: 'fulfilled', value: messages[0] }]);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('that the broker refuses is an error in its trace', async () => {
    const refuse = async (): Promise<PromiseSettledResult<object>[]> => [
      { status: 'rejected', reason: new TypeError('no such topic') },
    ];
    await messageTrace.send([{ topic: 'orderTopic', properties: { traceparent } }], refuse);
    expect(exporter.getFinishedSpans()[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'no such topic' },
      attributes: { 'error.type': 'TypeError' },
    });
  });

  it('whose listener fails is an error in its trace, and fails all the same', async () => {
    const fail = async (): Promise<void> => Promise.reject(new Error('stock is gone'));
    await expect(messageTrace.run({ ...received, properties: {} }, fail)).rejects.toThrow('stock is gone');
    expect(exporter.getFinishedSpans()[0]).toMatchObject({
      name: 'process orderTopic',
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'messaging.consumer.group.name': 'g', 'trade.message.attempt': 2 },
    });
  });

  it('keeps the decision of its trace that nothing is recorded', async () => {
    const unsampled = traceparent.replace(/01$/, '00');
    const handled = await messageTrace.run({ ...received, properties: { traceparent: unsampled } }, async () =>
      currentTraceparent(),
    );
    expect(handled).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
