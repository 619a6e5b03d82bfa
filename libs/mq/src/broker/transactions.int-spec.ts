import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { coreMessage, openCore } from '../../test/core-broker.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { until } from '../../test/until.js';
import type { StoredRecord } from '../store/record.js';
import type { Broker } from './broker.js';
import type { Log } from './log.js';
import { Transactions, type TransactionOptions } from './transactions.js';

const undecided = expect.objectContaining({ code: 50001, message: 'cannot found transaction data' }) as Error;
const FAST: TransactionOptions = { timeoutMs: 20, checkIntervalMs: 20, maxChecks: 3 };
/** Longer than any test here. */
const NEVER: TransactionOptions = { timeoutMs: 600_000, checkIntervalMs: 600_000, maxChecks: 3 };

let broker: Broker;
let events: string[];
const log: Log = (_level, event) => events.push(event);
beforeEach(() => (events = []));
// Before temporaryDir(), whose clean-up comes after this one then.
afterEach(() => broker.close());
const dir = temporaryDir();

async function open(transactions: TransactionOptions): Promise<void> {
  const topics = [
    { name: 'tx', type: 'TRANSACTION' as const },
    { name: 'other', type: 'TRANSACTION' as const },
  ];
  broker = await openCore(dir(), { topics, transactions, log });
}

/** A producer with an open stream, and what it was asked about. */
function producer(clientId: string, topics: string[] = [], reads = true): { asked: number[]; leave: () => void } {
  const asked: number[] = [];
  const ask = ({ physicalOffset }: StoredRecord) => {
    asked.push(physicalOffset);
    return reads;
  };
  broker.clients.settings({ clientId, group: undefined, topics, type: 1, language: 'HTTP', version: '1' });
  broker.clients.streamOpened(clientId, ask);
  return { asked, leave: () => broker.clients.streamClosed(clientId, ask) };
}

async function half(clientId = 'p', firstCheckAtMs?: number): Promise<number> {
  const message = coreMessage('payload', { type: 'TRANSACTION', clientId, tag: 'tag', firstCheckAtMs });
  const { physicalOffset } = await broker.send(broker.topics.get('tx'), message);
  return physicalOffset;
}

const visible = (topic: string) => broker.store.messageCount(topic);
const commit = (offset: number) => broker.transactions.commit(broker.transactions.half('tx', offset));
const givenUp = () => until('given up', () => visible('TRANS_CHECK_MAX_TIME_TOPIC') === 1);

describe('an undecided half message', () => {
  it('is asked about at its sender, and not any more once it is committed', async () => {
    await open({ ...FAST, maxChecks: 1000 });
    const [sender, other] = [producer('p'), producer('q', ['tx'])];
    const offset = await half();
    await until('asked twice', () => sender.asked.length >= 2);
    expect(visible('tx')).toBe(0);
    await commit(offset);
    expect(visible('tx')).toBe(1);
    const asked = sender.asked.length;
    await half('q');
    await until('the next one is asked about', () => other.asked.length >= 2);
    expect(sender.asked).toEqual(Array(asked).fill(offset));
  });

  it('is asked about at another producer of the topic when its sender is away, but at nobody else', async () => {
    await open(FAST);
    const [sender, publishing, unrelated] = [producer('p'), producer('q', ['tx']), producer('r', ['other'])];
    sender.leave();
    const offset = await half();
    await until('asked', () => publishing.asked.length > 0);
    expect(publishing.asked[0]).toBe(offset);
    expect([...sender.asked, ...unrelated.asked]).toEqual([]);
  });

  it('is asked about at a producer that has sent half messages to the topic without announcing it', async () => {
    await open(FAST);
    const [sender, other] = [producer('p'), producer('q')];
    await commit(await half('q'));
    sender.leave();
    const offset = await half();
    await until('asked', () => other.asked.includes(offset));
  });

  it('is given up after the last question, answered or not, and kept where nobody receives it', async () => {
    await open(FAST);
    const sender = producer('p');
    const offset = await half();
    await givenUp();
    expect(sender.asked).toEqual([offset, offset, offset]);
    expect(events).toContain('transaction_given_up');
    expect(visible('tx')).toBe(0);
    expect(() => broker.transactions.half('tx', offset)).toThrow(undecided);
    const entry = broker.store.queue('TRANS_CHECK_MAX_TIME_TOPIC', 0).entry(0);
    expect(entry && broker.store.read(entry)).toMatchObject({ originTopic: 'tx', tag: 'tag' });
  });

  it('is given up also when no producer comes back', async () => {
    await open(FAST);
    await half();
    await givenUp();
  });

  it('does not use up its questions while its producer does not read', async () => {
    await open(FAST);
    const sender = producer('p', [], false);
    const offset = await half();
    await until('more than all questions', () => sender.asked.length > FAST.maxChecks + 1);
    expect(() => broker.transactions.half('tx', offset)).not.toThrow();
  });

  it('is asked about no earlier than it wished', async () => {
    await open({ ...FAST, maxChecks: 1000 });
    const sender = producer('p');
    const patient = await half('p', Date.now() + 600_000);
    const impatient = await half();
    await until('the other one is asked about', () => sender.asked.length >= 3);
    expect(new Set(sender.asked)).toEqual(new Set([impatient]));
    expect(Transactions.isLate(broker.transactions.half('tx', patient), Date.now())).toBe(false);
    expect(Transactions.isLate(broker.transactions.half('tx', patient), Date.now() + 600_001)).toBe(true);
  });
});

describe('the end of a transaction', () => {
  it('is decided once', async () => {
    await open(NEVER);
    const offset = await half();
    const { transactions } = broker;
    const twice = transactions.half('tx', offset);
    const results = await Promise.allSettled([transactions.commit(twice), transactions.rollback(twice)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(visible('tx')).toBe(1);
    expect(() => transactions.half('tx', offset)).toThrow(undecided);
  });

  it('needs the right topic and a place where a half message stands', async () => {
    await open(NEVER);
    const offset = await half();
    await commit(await half());
    for (const [topic, at] of [
      ['other', offset],
      ['tx', offset + 1],
      ['tx', 1e15],
    ] as const)
      expect(() => broker.transactions.half(topic, at)).toThrow(undecided);
  });

  it('makes a delayed message of one that wants a later delivery', async () => {
    await open(NEVER);
    const dueMs = Date.now() + 150;
    await broker.transactions.commit(broker.transactions.half('tx', await half()), dueMs);
    expect([visible('tx'), broker.store.delayedCountOf('tx')]).toEqual([0, 1]);
    await until('delivered', () => visible('tx') === 1);
    expect(Date.now()).toBeGreaterThanOrEqual(dueMs);
    expect(broker.store.delayedCountOf('tx')).toBe(0);
  });
});

describe('after a restart', () => {
  it('half messages are still undecided, asked about, and not more often than before', async () => {
    await open({ ...FAST, checkIntervalMs: 600_000 });
    const before = producer('p');
    const offset = await half();
    await until('asked once', () => before.asked.length === 1);
    await broker.close();
    await open(FAST);
    const after = producer('p', ['tx']);
    await givenUp();
    expect(after.asked).toEqual([offset, offset]);
  });

  it('an unreadable file of counts costs the counts only', async () => {
    await open(NEVER);
    const offset = await half();
    await broker.close();
    writeFileSync(join(dir(), 'transaction-checks.json'), '{"formatVersion"');
    await open(FAST);
    expect(events).toContain('transaction_checks_ignored');
    await givenUp();
    expect(() => broker.transactions.half('tx', offset)).toThrow(undecided);
  });

  it('counts of decided half messages are gone', async () => {
    await open({ ...FAST, maxChecks: 1000 });
    const sender = producer('p');
    const offset = await half();
    await until('asked', () => sender.asked.length > 0);
    await commit(offset);
    await broker.close();
    expect(JSON.parse(readFileSync(join(dir(), 'transaction-checks.json'), 'utf8'))).toMatchObject({ checks: [] });
    await open(NEVER);
  });
});

it('10,000 undecided half messages cost next to nothing while they wait', async () => {
  await open(NEVER);
  for (let batch = 0; batch < 10; batch++) await Promise.all(Array.from({ length: 1000 }, () => half()));
  const before = process.cpuUsage();
  const startMs = Date.now();
  await until('half a second', () => Date.now() - startMs > 500);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(100);
  expect(broker.store.halfMessages.size).toBe(10_000);
});
