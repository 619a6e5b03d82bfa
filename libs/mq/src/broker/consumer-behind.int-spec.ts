import { coreMessage, openCore } from '../../test/core-broker.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import type { Broker } from './broker.js';
import type { Delivery } from './delivery.js';
import { TagFilter } from './tag-filter.js';

const MESSAGES = 60;
const INVISIBLE_MS = 10_000;

let broker: Broker;
// Before temporaryDir(), whose clean-up comes after this one then.
afterEach(() => broker.close());
const dir = temporaryDir();

async function open(keepMs: number): Promise<void> {
  broker = await openCore(dir(), {
    segmentBytes: 64 << 10,
    topics: [{ name: 't', type: 'NORMAL', queues: 1 }],
    retention: { keepMs },
  });
}

function receive(maxMessages: number): Promise<Delivery[]> {
  return broker.progress.subscription('g', 't').receive({
    clientId: 'consumer',
    attemptId: undefined,
    filter: new TagFilter('*'),
    maxMessages,
    autoRenew: false,
    invisibleMs: INVISIBLE_MS,
    pollingMs: 0,
  }).deliveries;
}

const offsets = (deliveries: Delivery[]) => deliveries.map(({ record }) => record.queueOffset);

async function sendAll(): Promise<void> {
  const systemProperties = Buffer.alloc(4000);
  for (let i = 0; i < MESSAGES; i++)
    await broker.send(broker.topics.get('t'), coreMessage(String(i), { systemProperties }));
}

describe('a consumer whose messages are removed because they are too old', () => {
  it('goes on at the oldest message that is there, and its lag counts only those', async () => {
    await open(3600_000);
    await sendAll();
    expect(offsets(await receive(2))).toEqual([0, 1]);
    await broker.close();
    await open(-1);
    const { minOffset } = broker.store.queue('t', 0);
    expect(minOffset).toBeGreaterThan(30);
    const [queue] = broker.progress.subscription('g', 't').queues;
    expect(queue?.counts(Date.now()).lag).toBe(MESSAGES - minOffset);
    expect(offsets(await receive(3))).toEqual([minOffset, minOffset + 1, minOffset + 2]);
  });

  it('loses those that it has not acked too, without a delivery of what is gone', async () => {
    await open(-1);
    const realNow = Date.now;
    await sendAll();
    const taken = await receive(2);
    await broker.store.clean();
    const { minOffset } = broker.store.queue('t', 0);
    expect(minOffset).toBeGreaterThan(offsets(taken)[1] as number);
    Date.now = () => realNow() + INVISIBLE_MS + 1;
    try {
      const next = await receive(32);
      expect(offsets(next)[0]).toBe(minOffset);
      expect(next.every(({ attempts }) => attempts === 1)).toBe(true);
    } finally {
      Date.now = realNow;
    }
  });
});
