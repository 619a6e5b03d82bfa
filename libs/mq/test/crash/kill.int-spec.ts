import { buildBroker, BrokerProcess } from '../broker-process.js';
import { message, RawClient, receiveRequest, type Answer } from '../raw-client.js';
import { temporaryDir } from '../temporary-dir.js';

const dir = temporaryDir();
let running: BrokerProcess | undefined;

beforeAll(buildBroker);
afterEach(async () => {
  await running?.end('SIGKILL');
  running = undefined;
});

async function start(): Promise<{ broker: BrokerProcess; client: RawClient }> {
  const topics = 'work:NORMAL,ordered:FIFO,later:DELAY';
  const broker = await BrokerProcess.start({
    MQ_DATA_DIR: dir(),
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

describe('kill -9 of the broker', () => {
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
      /ended with 1: .*MQ_FLUSH must be one of SYNC_FLUSH, ASYNC_FLUSH, not NEVER/s,
    );
  });
});
