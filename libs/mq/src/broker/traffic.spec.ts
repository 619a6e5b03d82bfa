import type { AppendedRecord } from '../store/commit-log.js';
import { RecordKind, type RecordDraft } from '../store/record.js';
import { Traffic } from './traffic.js';

const record = (draft: Partial<RecordDraft>) =>
  ({
    draft: { kind: RecordKind.MESSAGE, messageType: 1, topic: 't', queueId: 0, ...draft },
    recordBytes: 100,
  }) as AppendedRecord;

describe('traffic', () => {
  it('counts each message of a producer once, by topic and type, however often it is stored', () => {
    const traffic = new Traffic();
    traffic.stored([
      record({}),
      record({}),
      record({ topic: 'd', messageType: 3, kind: RecordKind.DELAYED, deliverAtMs: 5 }),
      record({ topic: 'd', messageType: 3, deliverAtMs: 5, sourceOffset: 1 }),
      record({ topic: 'x', messageType: 4, kind: RecordKind.HALF, deliverAtMs: 9 }),
      record({ topic: 'x', sourceOffset: 2 }),
    ]);
    expect([...traffic.topics()]).toEqual([
      ['t', [{ messageType: 1, messages: 2, bytes: 200 }]],
      ['d', [{ messageType: 3, messages: 1, bytes: 100 }]],
      ['x', [{ messageType: 4, messages: 1, bytes: 100 }]],
    ]);
    expect(traffic.messages).toBe(4);
  });

  it('counts ends of transactions: a recalled delay message and a transaction that was given up are none', () => {
    const traffic = new Traffic();
    traffic.stored([
      record({ sourceOffset: 1 }),
      record({ sourceOffset: 2, kind: RecordKind.DELAYED, deliverAtMs: 9 }),
      record({ sourceOffset: 3, kind: RecordKind.ROLLBACK }),
      record({ sourceOffset: 4, kind: RecordKind.ROLLBACK, deliverAtMs: 9 }),
      record({ sourceOffset: 5, topic: 'given-up', originTopic: 't' }),
    ]);
    expect(traffic).toMatchObject({ commits: 2, rollbacks: 1, messages: 0 });
  });

  it('counts dead letters apart', () => {
    const traffic = new Traffic();
    traffic.stored([record({ topic: '%DLQ%g', originTopic: 't' })]);
    expect([...traffic.deadLetters]).toEqual([['%DLQ%g', 1]]);
    expect(traffic.messages).toBe(0);
  });
});
