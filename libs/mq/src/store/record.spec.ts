import { decodeRecord, encodeRecord, isIntact, RecordKind, recordBytesOf, type RecordDraft } from './record.js';
import { decodeNames, encodeNames } from './record-names.js';

const draft: RecordDraft = {
  kind: RecordKind.DELAYED,
  messageType: 3,
  topic: 'payTopic',
  queueId: 258,
  originTopic: 'o',
  messageGroup: 'gr',
  tag: 'tag',
  deliverAtMs: 0x1_0000_0002,
  sourceOffset: 7,
  names: encodeNames('id', ['k1']),
  payload: Buffer.from('body'),
  systemProperties: Buffer.from('props'),
};
const place = {
  physicalOffset: 0x2_0000_0020,
  queueOffset: 5,
  storeTimestampMs: 1_700_000_000_000,
  flushedBefore: true,
};

function encoded(): Buffer {
  const target = Buffer.alloc(recordBytesOf(draft));
  expect(encodeRecord(target, 0, draft, place)).toBe(target.length);
  return target;
}

describe('record of the commit log', () => {
  it('has the drawn layout, byte for byte', () => {
    expect(encoded().toString('hex')).toBe(
      '5f000000' + // recordBytes = 95
        '9a422311' + // CRC-32 of what follows
        '82' + // DELAYED, everything before it is on disk
        '03' + // message type
        '0201' + // queue 258
        '08' +
        '01' +
        '02' +
        '00' + // lengths of topic, origin topic, message group
        '0300' +
        '0800' + // lengths of the tag and the names
        '04000000' + // length of the payload
        '2000000002000000' + // physical offset
        '0500000000000000' + // queue offset
        '0068e5cf8b010000' + // store timestamp
        '0200000001000000' + // delivery time
        '0700000000000000' + // source offset
        Buffer.from('payTopicogrtag').toString('hex') +
        '02006964' + // message id
        '02006b31' + // key
        Buffer.from('bodyprops').toString('hex'),
    );
  });

  it('comes back as it was written', () => {
    const record = decodeRecord(encoded());
    expect(record).toMatchObject({ ...draft, ...place });
    expect(record.recordBytes).toBe(recordBytesOf(draft));
    expect(decodeNames(record.names)).toEqual({ messageId: 'id', keys: ['k1'] });
  });

  it('has at most 64 KiB of names: what does not fit cannot be searched for', () => {
    const keys = Array<string>(10_000).fill('键');
    expect(decodeNames(encodeNames('id', keys))).toEqual({ messageId: 'id', keys });
    expect(decodeNames(encodeNames('i'.repeat(65_534), ['k']))).toEqual({ messageId: '', keys: ['k'] });
    expect(decodeNames(encodeNames('id', ['k'.repeat(65_530), 'k']))).toEqual({ messageId: 'id', keys: ['k'] });
  });

  it('counts text in bytes, not characters', () => {
    const chinese = { ...draft, tag: '取消', messageGroup: '组' };
    const target = Buffer.alloc(recordBytesOf(chinese));
    expect(encodeRecord(target, 0, chinese, place)).toBe(target.length);
    expect(decodeRecord(target)).toMatchObject({ tag: '取消', messageGroup: '组' });
  });

  it('is not intact when any single byte differs, or at another place', () => {
    const bytes = encoded();
    expect(isIntact(bytes, place.physicalOffset)).toBe(true);
    expect(isIntact(bytes, place.physicalOffset + 1)).toBe(false);
    expect(isIntact(bytes.subarray(0, -1), place.physicalOffset)).toBe(false);
    for (let at = 0; at < bytes.length; at++) {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] as number) ^ 0x10;
      expect(isIntact(broken, place.physicalOffset)).toBe(false);
    }
  });
});
