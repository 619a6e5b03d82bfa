import { buildBroker, BrokerProcess } from '../broker-process.js';
import { message, RawClient, receiveRequest, type Answer } from '../raw-client.js';
import { temporaryDir } from '../temporary-dir.js';
import { until } from '../until.js';

const dir = temporaryDir();
let running: BrokerProcess | undefined;

beforeAll(buildBroker);
afterEach(async () => {
  await running?.end('SIGKILL');
  running = undefined;
});

async function start(flush = 'SYNC_FLUSH'): Promise<{ broker: BrokerProcess; client: RawClient }> {
  const topics = 'work:NORMAL,ordered:FIFO,later:DELAY';
  const broker = await BrokerProcess.start({
    MQ_DATA_DIR: dir(),
    MQ_FLUSH: flush,
    MQ_TOPICS: topics,
    MQ_SEGMENT_BYTES: String(256 << 10),
  });
  running = broker;
  return { broker, client: new RawClient(broker.endpoint) };
}

const handleOf = (received: { systemProperties?: unknown }) =>
  (received.systemProperties as { receiptHandle: string }).receiptHandle;
const idOf = (received: { systemProperties?: unknown }) =>
  (received.systemProperties as { messageId: string }).messageId;

async function ack(client: RawClient, group: string, topic: string, handles: string[]): Promise<Answer> {
  return client.call('AckMessage', {
    group: { name: group },
    topic: { name: topic },
    entries: handles.map((receiptHandle) => ({ messageId: 'm', receiptHandle })),
  });
}

/** Sends without pause until the broker dies; adds each acknowledged id. */
async function sendUntilKilled(client: RawClient, prefix: string, confirmed: Set<string>): Promise<void> {
  for (let i = 0; ; i++) {
    const messageId = `${prefix}-${i}`;
    try {
      const { status } = await client.send(
        message('work', { body: Buffer.alloc(300, prefix), systemProperties: { messageId } }),
      );
      if (status.code === 20000) confirmed.add(messageId);
    } catch (error) {
      if ((error as { code?: number }).code === undefined) throw error;
      return;
    }
  }
}

interface Consumption {
  /** Every id that was ever received: an ack that was sent may count though its answer was lost. */
  received: Set<string>;
  /** Ids whose ack was confirmed. */
  acked: Set<string>;
  /** Ids that were received again after that. */
  redelivered: string[];
}

async function consumeOnce(client: RawClient, { received, acked, redelivered }: Consumption): Promise<void> {
  const { messages } = await client.receive(receiveRequest('workers', 'work', { batchSize: 16 }));
  for (const id of messages.map(idOf)) {
    if (acked.has(id)) redelivered.push(id);
    received.add(id);
  }
  if (messages.length === 0) return;
  const { status } = await ack(client, 'workers', 'work', messages.map(handleOf));
  if (status.code === 20000) for (const id of messages.map(idOf)) acked.add(id);
}

async function consumeUntilKilled(client: RawClient, consumption: Consumption): Promise<void> {
  try {
    for (;;) await consumeOnce(client, consumption);
  } catch (error) {
    if ((error as { code?: number }).code === undefined) throw error;
  }
}

describe('kill -9 of the broker under load', () => {
  it.each(['SYNC_FLUSH', 'ASYNC_FLUSH'])(
    '%s: no message whose send was confirmed is lost, no confirmed ack is forgotten',
    async (flush) => {
      const confirmed = new Set<string>();
      const consumption: Consumption = { received: new Set(), acked: new Set(), redelivered: [] };
      for (let round = 0; round < 4; round++) {
        const { broker, client } = await start(flush);
        const senders = Array.from({ length: 8 }, (_, i) => sendUntilKilled(client, `${round}-${i}`, confirmed));
        const consumer = consumeUntilKilled(client, consumption);
        const target = confirmed.size + 300 + round * 100;
        await until('enough messages', () => confirmed.size >= target && consumption.acked.size > round * 50, 20_000);
        await broker.end('SIGKILL');
        await Promise.all([...senders, consumer]);
        client.close();
      }
      const { client } = await start(flush);
      await until(
        'every confirmed message',
        async () => {
          await consumeOnce(client, consumption);
          return [...confirmed].every((id) => consumption.received.has(id));
        },
        25_000,
      );
      expect(consumption.redelivered).toEqual([]);
      client.close();
    },
    60_000,
  );

  it('delay messages come at their time after it', async () => {
    const { broker, client } = await start();
    const deliverAtMs = Date.now() + 2500;
    const deliveryTimestamp = { seconds: Math.floor(deliverAtMs / 1000), nanos: (deliverAtMs % 1000) * 1e6 };
    expect((await client.send(message('later', { systemProperties: { deliveryTimestamp } }))).status.code).toBe(20000);
    await broker.end('SIGKILL');
    client.close();
    const again = await start();
    const received = await again.client.receive(receiveRequest('g', 'later', { longPollingTimeout: { seconds: 5 } }));
    expect(received.messages).toHaveLength(1);
    expect(Date.now() - deliverAtMs).toBeGreaterThanOrEqual(0);
    expect(Date.now() - deliverAtMs).toBeLessThan(200);
    again.client.close();
  });

  it('keeps leases: a message in work is not given to another one, and its ack still counts', async () => {
    const { broker, client } = await start();
    await client.send(
      message('ordered', { systemProperties: { messageGroup: 'a', messageId: '1' } }),
      message('ordered', { systemProperties: { messageGroup: 'a', messageId: '2' } }),
    );
    const { messages } = await client.receive(receiveRequest('g', 'ordered', { batchSize: 1 }));
    // a lease is on disk a moment after its message left; an ack that is answered is, and so is what came before it
    await client.send(message('work'));
    const other = await client.receive(receiveRequest('g', 'work'));
    await ack(client, 'g', 'work', other.messages.map(handleOf));
    await broker.end('SIGKILL');
    client.close();
    const again = await start();
    expect((await again.client.receive(receiveRequest('g', 'ordered'))).messages).toEqual([]);
    expect((await ack(again.client, 'g', 'ordered', messages.map(handleOf))).status.code).toBe(20000);
    const next = await again.client.receive(receiveRequest('g', 'ordered'));
    expect(next.messages.map(idOf)).toEqual(['2']);
    again.client.close();
  });
});

describe('the broker process', () => {
  it('stops cleanly on SIGTERM with open polls, and starts again with everything', async () => {
    const { broker, client } = await start();
    await client.send(message('work'));
    const polling = client
      .receive(receiveRequest('idle', 'ordered', { longPollingTimeout: { seconds: 10 } }))
      .catch((error: unknown) => error);
    expect(await broker.end('SIGTERM')).toBe(0);
    await polling;
    client.close();
    const again = await start();
    expect((await again.client.receive(receiveRequest('g', 'work'))).messages).toHaveLength(1);
    again.client.close();
  });

  it('refuses a data directory that another broker uses, a taken port and bad settings, in one line', async () => {
    const { broker } = await start();
    await expect(BrokerProcess.start({ MQ_DATA_DIR: dir() })).rejects.toThrow(
      /ended with 1: .*is used by the running process/s,
    );
    const port = broker.endpoint.split(':')[1] as string;
    await expect(BrokerProcess.start({ MQ_DATA_DIR: `${dir()}/other`, MQ_GRPC_PORT: port })).rejects.toThrow(
      /ended with 1: .*is the port taken/s,
    );
    await expect(BrokerProcess.start({ MQ_FLUSH: 'NEVER' })).rejects.toThrow(
      /ended with 1: .*MQ_FLUSH must be SYNC_FLUSH or ASYNC_FLUSH, not NEVER/s,
    );
  });
});
