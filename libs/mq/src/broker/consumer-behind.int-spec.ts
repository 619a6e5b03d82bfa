import * as fs from 'node:fs';
import { coreMessage, openCore } from '../../test/core-broker.js';
import { copyOfFiles } from '../../test/store-draft.js';
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

async function open(keepMs: number, dataDir = dir()): Promise<void> {
  broker = await openCore(dataDir, {
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

async function sendAll(messages = MESSAGES): Promise<void> {
  const systemProperties = Buffer.alloc(4000);
  for (let i = 0; i < messages; i++)
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

describe('a consumer that had messages which the log lost in a power cut', () => {
  it('gets those that came in their place, after another kill too', async () => {
    await open(3600_000);
    await sendAll(1);
    const beforeTheOthers = copyOfFiles(dir());
    await sendAll(5);
    expect(await receive(6)).toHaveLength(6);
    await broker.close();
    fs.cpSync(`${dir()}/progress`, `${beforeTheOthers}/progress`, { recursive: true });

    await open(3600_000, beforeTheOthers);
    await sendAll(6);
    const killed = copyOfFiles(beforeTheOthers);
    await broker.close();
    await open(3600_000, killed);
    expect((await receive(32)).map(({ record, attempts }) => [record.queueOffset, attempts])).toEqual(
      [1, 2, 3, 4, 5, 6].map((offset) => [offset, 1]),
    );
  });
});
