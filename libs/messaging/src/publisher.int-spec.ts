import { ScriptedBroker } from '../test/scripted-broker.js';
import type { MessageContext } from './messaging-options.js';
import { Publisher } from './publisher.js';

describe('the publisher', () => {
  let broker: ScriptedBroker;
  let publisher: Publisher;
  const context: MessageContext = { inject: () => ({ traceparent: '00-1-2-01' }), run: (_message, handle) => handle() };

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
    broker.backoff = { initialMs: 10, maxMs: 1_000, multiplier: 2 };
    publisher = new Publisher({ endpoint: broker.endpoint, context });
    await publisher.onApplicationBootstrap();
  });
  afterEach(async () => {
    await publisher.onApplicationShutdown();
    broker.stop();
  });

  const sentMessages = () => broker.sends.flatMap((request) => request.getMessagesList());
  const bodies = () => sentMessages().map((message) => Buffer.from(message.getBody_asU8()).toString());
  const batchSizes = () => broker.sends.map((request) => request.getMessagesList().length);

  it('sends text as UTF-8, with the properties of the current context', async () => {
    await publisher.send({
      topic: 't',
      body: 'größer als 5 €',
      tag: 'a',
      keys: ['k1', 'k1', 'k2'],
      properties: { own: '1' },
    });
    const [message] = sentMessages();
    expect(bodies()).toEqual(['größer als 5 €']);
    expect(message?.getSystemProperties()?.getKeysList()).toEqual(['k1', 'k1', 'k2']);
    expect(Object.fromEntries(message?.getUserPropertiesMap().entries() ?? [])).toEqual({
      traceparent: '00-1-2-01',
      own: '1',
    });
  });

  it('makes of a contract and a payload a JSON message with tag and key', async () => {
    const contract = {
      topic: 'payTopic',
      tag: 'pay_success',
      type: 'NORMAL' as const,
      key: (p: { payId: string }) => p.payId,
    };
    await publisher.publish(contract, { payId: '345959443973935104' });
    const system = sentMessages()[0]?.getSystemProperties();
    expect(bodies()).toEqual(['{"payId":"345959443973935104"}']);
    expect([system?.getTag(), system?.getKeysList()]).toEqual(['pay_success', ['345959443973935104']]);
  });

  it('refuses a message that no broker takes, naming the field, before it is sent', async () => {
    const refused = [
      [{ topic: 'a b', body: 'x' }, 'topic'],
      [{ topic: 't', body: '' }, 'body'],
      [{ topic: 't', body: 'x', tag: 'a|b' }, 'tag'],
      [{ topic: 't', body: 'x', keys: [' '] }, 'key'],
      [{ topic: 't', body: 'x', messageGroup: 'g'.repeat(64) }, 'messageGroup'],
      [{ topic: 't', body: 'x', messageGroup: 'g', deliverAtMs: 1 }, 'deliverAtMs'],
      [{ topic: 't', body: 'x', properties: { CORRELATION_ID: '1' } }, 'CORRELATION_ID'],
      [{ topic: 't', body: 'x', properties: { 'line\nbreak': '1' } }, 'properties'],
    ] as const;
    for (const [message, field] of refused) {
      await expect(
        publisher.send({ ...message, keys: [...('keys' in message ? message.keys : [])] }),
      ).rejects.toMatchObject({
        retriable: false,
        message: expect.stringContaining(field),
      });
    }
    expect(broker.sends).toHaveLength(0);
  });

  it('sends many messages of a topic with one call, and answers each', async () => {
    const messages = Array.from({ length: 200 }, (_, i) => ({ topic: i % 2 ? 'a' : 'b', body: `${i}` }));
    const results = await publisher.sendMany([...messages, { topic: 'bad topic', body: 'x' }]);
    expect(batchSizes()).toEqual([100, 100]);
    expect(results.map(({ status }) => status)).toEqual([...messages.map(() => 'fulfilled'), 'rejected']);
  });

  it('sends singly what the broker refuses together, and remembers it', async () => {
    broker.sendCode = (request) => (request.getMessagesList().length > 1 ? 50001 : 20000);
    const later = Date.now() + 60_000;
    const send = () => publisher.sendMany([1, 2, 3].map((i) => ({ topic: 't', body: `${i}`, deliverAtMs: later })));
    expect((await send()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(batchSizes()).toEqual([3, 1, 1, 1]);
    await send();
    expect(batchSizes()).toEqual([3, 1, 1, 1, 1, 1, 1]);
  });

  it('loses only the message that is to blame when a batch is refused', async () => {
    const hasBad = (texts: string[]) => texts.includes('bad');
    broker.sendCode = (request) =>
      hasBad(request.getMessagesList().map((m) => Buffer.from(m.getBody_asU8()).toString())) ? 40007 : 20000;
    const results = await publisher.sendMany(['a', 'bad', 'c'].map((body) => ({ topic: 't', body })));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { retriable: false, code: 40007 } });
  });

  it('does not let ordered messages overtake one that failed', async () => {
    let failing = true;
    broker.sendCode = () => (failing ? 50001 : 20000);
    const results = await publisher.sendMany(['1', '2', '3'].map((body) => ({ topic: 't', body, messageGroup: 'g' })));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(bodies()).toEqual(['1', '2', '3', '1']);
    failing = false;
    await publisher.sendOrderly({ topic: 't', body: '4' }, 'g');
  });

  it('does not answer a broker in trouble with a call for each message', async () => {
    for (const code of [42900, 40402, 50001]) {
      broker.sends.length = 0;
      broker.sendCode = () => code;
      const results = await publisher.sendMany(Array.from({ length: 50 }, (_, i) => ({ topic: 't', body: `${i}` })));
      expect(results.every(({ status }) => status === 'rejected')).toBe(true);
      expect(broker.sends.length).toBeLessThanOrEqual(3);
    }
  });

  it('reports every message of a batch as unsent when the broker is away', async () => {
    broker.stop();
    const results = await publisher.sendMany([1, 2].map((i) => ({ topic: 't', body: `${i}` })));
    expect(results).toMatchObject([
      { status: 'rejected', reason: { retriable: true } },
      { status: 'rejected', reason: { retriable: true } },
    ]);
  });

  it('refuses a transaction that nobody could be asked about', async () => {
    await expect(publisher.sendInTransaction({ topic: 't', body: 'x' }, async () => 1)).rejects.toThrow(
      'checkTransaction',
    );
  });
});
