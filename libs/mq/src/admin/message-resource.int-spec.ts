import { AdminUnderTest, type AdminAnswer } from '../../test/admin-under-test.js';
import { message, receiveRequest } from '../../test/raw-client.js';

const admin = new AdminUnderTest();

describe('messages', () => {
  interface Row {
    messageId: string;
    body: string;
    bodyEncoding: string;
    groups: { group: string; state: string; attempts?: number }[];
    deliveries: { group: string; attempt: number; outcome: string; deliveredAtMs: number; endedAtMs: number }[];
  }
  const bodies = ({ body }: AdminAnswer<Row[]>) => body.map((row) => row.body);

  beforeAll(async () => {
    for (const [body, key] of [
      ['first', 'k1'],
      ['second', 'k2'],
      ['third', 'k1'],
    ] as const) {
      const systemProperties = { messageId: `ID-${body}`, keys: [key, 'all'] };
      await admin.client.send(message('orders', { body: Buffer.from(body), systemProperties }));
    }
  });

  it('are found by id, with their place in each group', async () => {
    await admin.client.receive(receiveRequest('g-seen', 'orders'));
    const { body } = await admin.ask<Row[]>('GET', '/topics/orders/messages/ID-second');
    expect(body).toMatchObject([
      { messageId: 'ID-second', body: 'second', keys: ['k2', 'all'], messageType: 'NORMAL' },
    ]);
    expect(body[0]?.groups).toContainEqual(
      expect.objectContaining({ group: 'g-seen', state: 'inflight', attempts: 1 }),
    );
    expect((await admin.ask('GET', '/topics/orders/messages/ID-none')).status).toBe(404);
  });

  it('tell who got them, when, which attempt, and what became of it', async () => {
    await admin.ask('PUT', '/topics/traced', { queues: 1 });
    const systemProperties = { messageId: 'TRACED' };
    const startMs = Date.now();
    await admin.client.send(message('traced', { systemProperties }));
    const deliveries = async () =>
      (await admin.ask<Row[]>('GET', '/topics/traced/messages/TRACED')).body[0]?.deliveries ?? [];
    expect(await deliveries()).toEqual([]);
    const { messages } = await admin.client.receive(receiveRequest('g-traced', 'traced'));
    const clientId = expect.any(String) as string;
    expect(await deliveries()).toMatchObject([
      { group: 'g-traced', attempt: 1, outcome: 'inflight', clientId, endedAtMs: 0 },
    ]);
    await admin.client.call('AckMessage', {
      group: { name: 'g-traced' },
      topic: { name: 'traced' },
      entries: [{ messageId: 'TRACED', receiptHandle: messages[0]?.systemProperties?.receiptHandle }],
    });
    const [acked] = await deliveries();
    expect(acked).toMatchObject({ group: 'g-traced', attempt: 1, outcome: 'acked', clientId });
    expect(acked?.deliveredAtMs).toBeGreaterThanOrEqual(startMs);
    expect(acked?.endedAtMs).toBeGreaterThanOrEqual(acked?.deliveredAtMs as number);
  });

  it('are found by key, newest first', async () => {
    expect(bodies(await admin.ask<Row[]>('GET', '/messages?topic=orders&key=k1'))).toEqual(['third', 'first']);
    expect(bodies(await admin.ask<Row[]>('GET', '/messages?topic=orders&key=all&limit=2'))).toEqual([
      'third',
      'second',
    ]);
    expect(
      bodies(
        await admin.ask<Row[]>(
          'GET',
          `/messages?topic=orders&key=k1&fromMs=${Date.now() + 60_000}&toMs=${Date.now() + 90_000}`,
        ),
      ),
    ).toEqual([]);
  });

  it('are found by time, oldest first, and without a time the newest first', async () => {
    const inTime = await admin.ask<Row[]>('GET', `/messages?topic=orders&fromMs=${Date.now() - 60_000}`);
    expect(bodies(inTime)).toEqual(['first', 'second', 'third']);
    expect(bodies(await admin.ask<Row[]>('GET', '/messages?topic=orders'))).toEqual(['third', 'second', 'first']);
    expect(bodies(await admin.ask<Row[]>('GET', '/messages?topic=orders&toMs=1000'))).toEqual([]);
  });

  it.each([
    ['topic=none', 404],
    ['', 404],
    ['topic=orders&limit=0', 400],
    ['topic=orders&limit=1001', 400],
    ['topic=orders&queueId=2', 400],
    ['topic=orders&fromMs=yesterday', 400],
    ['topic=orders&fromMs=2&toMs=1', 400],
    ['topic=orders&tag=x', 400],
  ])('are not looked for where the question is wrong: %s', async (query, status) => {
    expect((await admin.ask('GET', `/messages?${query}`)).status).toBe(status);
  });

  it('can be sent, text or bytes, by the rules of every producer', async () => {
    await admin.ask('PUT', '/topics/sent', { queues: 1 });
    const sent = await admin.ask('POST', '/topics/sent/messages', {
      body: 'höllo',
      tag: 'a',
      userProperties: { p: '1' },
    });
    expect(sent).toMatchObject({ status: 201, body: { topic: 'sent', queueOffset: 0 } });
    await admin.ask('POST', '/topics/sent/messages', { bodyBase64: '/w==' });
    const [bytes, text] = (await admin.ask<Row[]>('GET', '/messages?topic=sent')).body;
    expect(text).toMatchObject({ body: 'höllo', tag: 'a', userProperties: { p: '1' }, bodyEncoding: 'utf8' });
    expect(bytes).toMatchObject({ body: '/w==', bodyBytes: 1, bodyEncoding: 'base64' });
    expect((await admin.ask('POST', '/topics/later/messages', { body: 'not delayed' })).status).toBe(400);
    expect((await admin.ask('POST', '/topics/halves/messages', { body: 'committed' })).status).toBe(201);
    expect(bodies(await admin.ask<Row[]>('GET', '/messages?topic=halves'))).toEqual(['committed']);
    expect(await admin.ask('POST', '/topics/sent/messages', {})).toMatchObject({
      status: 400,
      body: { field: 'body' },
    });
  });

  it('that are not visible yet are listed apart', async () => {
    const deliveryTimestamp = { seconds: Math.floor(Date.now() / 1000) + 600 };
    await admin.client.send(
      message('later', { systemProperties: { messageId: 'LATER', messageType: 3, deliveryTimestamp } }),
    );
    await admin.client.send(message('halves', { systemProperties: { messageId: 'HALF', messageType: 4 } }));
    const delayed = await admin.ask<object[]>('GET', '/delayed?topic=later');
    expect(delayed.body).toMatchObject([{ messageId: 'LATER', deliverAtMs: deliveryTimestamp.seconds * 1000 }]);
    expect((await admin.ask<object[]>('GET', '/half-messages')).body).toMatchObject([
      { messageId: 'HALF', topic: 'halves' },
    ]);
    expect((await admin.ask<object[]>('GET', '/delayed?topic=orders')).body).toEqual([]);
  });
});

describe('dead letters', () => {
  interface Row {
    messageId: string;
    queueOffset: number;
    resent: boolean;
    originTopic: string;
  }

  async function kill(messageId: string): Promise<void> {
    await admin.client.send(message('deadly', { systemProperties: { messageId } }));
    const { messages } = await admin.client.receive(receiveRequest('g-dead', 'deadly'));
    await admin.client.call('ForwardMessageToDeadLetterQueue', {
      group: { name: 'g-dead' },
      topic: { name: 'deadly' },
      messageId,
      receiptHandle: messages[0]?.systemProperties?.receiptHandle,
    });
  }
  const resend = (body: object) => admin.ask('POST', '/groups/g-dead/dead-letters/resend', body);
  const list = async () => (await admin.ask<Row[]>('GET', '/groups/g-dead/dead-letters')).body;

  it('are listed and sent again, one or all, each once', async () => {
    await admin.ask('PUT', '/topics/deadly', { queues: 1 });
    for (const id of ['D1', 'D2', 'D3']) await kill(id);
    expect((await list()).map(({ messageId, originTopic }) => [messageId, originTopic])).toEqual([
      ['D3', 'deadly'],
      ['D2', 'deadly'],
      ['D1', 'deadly'],
    ]);
    expect((await admin.ask<object[]>('GET', '/dead-letters')).body).toEqual([
      { group: 'g-dead', messages: 3, resent: 0, newestMs: expect.any(Number) as number },
    ]);
    expect((await resend({ messageId: 'D2' })).body).toEqual({ resent: 1, alreadyResent: 0, failed: [] });
    const { messages } = await admin.client.receive(receiveRequest('g-dead', 'deadly'));
    expect(messages.map(({ systemProperties }) => systemProperties?.messageId)).toEqual(['D2']);
    expect((await list()).map(({ resent }) => resent)).toEqual([false, true, false]);
    expect((await admin.ask<object[]>('GET', '/dead-letters')).body).toMatchObject([{ messages: 3, resent: 1 }]);
    expect((await resend({ all: true })).body).toEqual({ resent: 2, alreadyResent: 1, failed: [] });
    expect((await resend({ queueOffset: 0 })).body).toEqual({ resent: 0, alreadyResent: 1, failed: [] });
  });

  it('that are not there cannot be sent again, nor without saying which', async () => {
    expect((await resend({ messageId: 'D9' })).status).toBe(404);
    expect((await resend({ queueOffset: 9 })).status).toBe(404);
    expect((await resend({})).status).toBe(400);
    expect((await resend({ all: true, queueOffset: 0 })).status).toBe(400);
    expect((await admin.ask('GET', '/groups/g-nobody/dead-letters')).status).toBe(404);
  });
});
