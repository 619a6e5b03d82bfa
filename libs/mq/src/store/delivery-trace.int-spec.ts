import * as fs from 'node:fs';
import { join } from 'node:path';
import { temporaryDir } from '../../test/temporary-dir.js';
import { DeliveryTrace, type DeliveryEvent } from './delivery-trace.js';

const dir = temporaryDir();
const errors: unknown[] = [];
const open = (maxBytes = 1 << 20) =>
  new DeliveryTrace({ dir: join(dir(), 'deliveries'), maxBytes, onError: (error) => errors.push(error) });
const place = (queueOffset: number, topic = 'orders') => ({ topic, queueId: 2, queueOffset });
const event = (changes: Partial<DeliveryEvent> = {}): DeliveryEvent => ({
  group: 'g',
  attempt: 1,
  outcome: 'acked',
  clientId: 'host@1@2',
  deliveredAtMs: 1000,
  endedAtMs: 2000,
  ...changes,
});

describe('the trace of deliveries', () => {
  beforeEach(() => (errors.length = 0));
  afterEach(() => expect(errors).toEqual([]));

  it('tells of each delivery of a message, in order, and of no other message', async () => {
    const trace = open();
    trace.record(place(7), event({ outcome: 'failed' }));
    trace.record(place(77), event({ group: 'other' }));
    trace.record(place(7, 'rders'), event({ group: 'other' }));
    trace.record(place(7), event({ attempt: 2 }));
    expect(await trace.find(place(7), 0)).toEqual([event({ outcome: 'failed' }), event({ attempt: 2 })]);
    expect(await trace.find(place(8), 0)).toEqual([]);
    await trace.close();
  });

  it('knows after a restart what it was told before, also when its last line was cut', async () => {
    const before = open();
    before.record(place(1), event());
    before.record(place(2), event());
    await before.close();
    const path = join(dir(), 'deliveries', 'deliveries-1');
    fs.truncateSync(path, fs.statSync(path).size - 40);
    const after = open();
    after.record(place(3), event());
    expect(await after.find(place(1), 0)).toEqual([event()]);
    expect(await after.find(place(2), 0)).toEqual([]);
    expect(await after.find(place(3), 0)).toEqual([event()]);
    await after.close();
  });

  it('never takes more than its share of the disk: the oldest is forgotten', async () => {
    const maxBytes = 64 << 10;
    const trace = open(maxBytes);
    for (let offset = 0; offset < 4000; offset++) {
      trace.record(place(offset), event());
      if (offset % 50 === 0) await trace.find(place(offset), 0);
    }
    const files = fs.readdirSync(join(dir(), 'deliveries'));
    const bytes = files.reduce((sum, name) => sum + fs.statSync(join(dir(), 'deliveries', name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(maxBytes);
    expect(await trace.find(place(0), 0)).toEqual([]);
    expect(await trace.find(place(3999), 0)).toEqual([event()]);
    await trace.close();
  });

  it('finds a line wherever it lies in a large file', async () => {
    const trace = open(256 << 20);
    for (let offset = 0; offset < 40_000; offset++) trace.record(place(offset), event({ clientId: `c${offset}` }));
    for (const offset of [0, 1, 16_000, 16_384, 39_999])
      expect(await trace.find(place(offset), 0)).toEqual([event({ clientId: `c${offset}` })]);
    const found = await Promise.all(Array.from({ length: 200 }, (_, i) => trace.find(place(i * 199), 0)));
    expect(found.flat().map(({ clientId }) => clientId)).toEqual(Array.from({ length: 200 }, (_, i) => `c${i * 199}`));
    await trace.close();
  });

  it('takes nothing from before the message: the place may have had another one, in a topic that was deleted', async () => {
    const trace = open();
    trace.record(place(1), event({ endedAtMs: 999 }));
    trace.record(place(1), event({ endedAtMs: 1001 }));
    expect(await trace.find(place(1), 1000)).toEqual([event({ endedAtMs: 1001 })]);
    await trace.close();
  });

  it('keeps to one line whatever a client calls itself', async () => {
    const trace = open();
    trace.record(place(1), event({ clientId: 'a\norders\t2\t9\tg\t1\tacked\t1\t1\tb' }));
    expect(await trace.find(place(9), 0)).toEqual([]);
    expect(await trace.find(place(1), 0)).toHaveLength(1);
    await trace.close();
  });

  it('writes nothing when it is off', async () => {
    const trace = open(0);
    trace.record(place(1), event());
    expect(await trace.find(place(1), 0)).toEqual([]);
    await trace.close();
    expect(fs.existsSync(join(dir(), 'deliveries'))).toBe(false);
  });
});

describe('the trace of deliveries on a disk that refuses', () => {
  it('drops what it cannot write, says so, and goes on', async () => {
    fs.writeFileSync(join(dir(), 'deliveries'), 'in the way');
    const trace = open();
    errors.length = 0;
    trace.record(place(1), event());
    await expect(trace.find(place(1), 0)).rejects.toThrow('ENOTDIR');
    expect(errors).toHaveLength(1);
    fs.rmSync(join(dir(), 'deliveries'));
    trace.record(place(2), event());
    expect(await trace.find(place(2), 0)).toEqual([event()]);
    expect(await trace.find(place(1), 0)).toEqual([]);
    await trace.close();
  });
});
