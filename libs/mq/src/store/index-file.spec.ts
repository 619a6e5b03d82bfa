import { IndexFile, lookUp, MAX_INDEX_ENTRIES, readIndexHeader } from './index-file.js';

const found = (file: IndexFile, hash: number, from = 0, to = Infinity) => [
  ...lookUp((at, bytes) => file.read(at, bytes), hash, from, to),
];

describe('index file', () => {
  it('has the drawn layout, byte for byte', () => {
    const file = new IndexFile(0x1_0000_0002);
    file.add(5, 1_700_000_000, 0x1_0000_0002);
    file.add(5 + (1 << 14), 1_700_000_001, 0x1_0000_0050);
    file.endOffset = 0x1_0000_0090;
    const image = file.image();
    expect(image.subarray(0, 64).toString('hex')).toBe(
      Buffer.from('TRADEIDX').toString('hex') +
        '01000000' + // format version
        '02000000' + // entries
        '0200000001000000' + // start offset
        '9000000001000000' + // end offset
        '00f15365' +
        '01f15365' + // store times of the oldest and the newest
        '50f6f57d' + // CRC-32 of the body
        '00'.repeat(16) +
        'f829b29a', // CRC-32 of the header
    );
    expect(image.readUInt32LE(64 + 4 * 5)).toBe(2);
    expect(image.subarray(64 + 4 * (1 << 14)).toString('hex')).toBe(
      '05000000' + // hash
        '00f15365' + // store time
        '0200000001000000' + // physical offset
        '00000000' + // no older entry
        '05400000' +
        '01f15365' +
        '5000000001000000' +
        '01000000', // the first entry is older
    );
  });

  it('gives the places of one hash, newest first, of the wanted time', () => {
    const file = new IndexFile(0);
    for (let i = 1; i <= 50; i++) file.add(i % 2 === 0 ? 7 : 7 + (1 << 14), i, i * 100);
    expect(found(file, 7)).toEqual(Array.from({ length: 25 }, (_, i) => (50 - 2 * i) * 100));
    expect(found(file, 7, 3, 8)).toEqual([800, 600, 400]);
    expect(found(file, 8)).toEqual([]);
  });

  it('goes on after a restart where it was', () => {
    const file = new IndexFile(0);
    file.add(1, 10, 100);
    file.endOffset = 200;
    const image = file.image();
    const header = readIndexHeader('path', image, 0);
    const resumed = IndexFile.resume(header as NonNullable<typeof header>, image);
    resumed.add(1, 11, 200);
    expect(found(resumed, 1)).toEqual([200, 100]);
    expect(resumed).toMatchObject({ entries: 2, minSeconds: 10, maxSeconds: 11, endOffset: 200 });
  });

  it('has room for 65,536 names', () => {
    const file = new IndexFile(0);
    for (let i = 0; i < MAX_INDEX_ENTRIES; i++) file.add(i * 7919, 1, i);
    expect(file.hasRoom(0)).toBe(true);
    expect(file.hasRoom(1)).toBe(false);
    expect(found(file, 65_535 * 7919)).toEqual([65_535]);
  });

  it('is not taken for intact when any bit of its header differs, and an unknown version is refused', () => {
    const image = new IndexFile(64).image();
    for (let bit = 0; bit < 64 * 8; bit++) {
      const broken = Buffer.from(image.subarray(0, 64));
      broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(readIndexHeader('path', broken, 64)).toBeUndefined();
    }
    expect(readIndexHeader('path', image.subarray(0, 30), 64)).toBeUndefined();
  });
});
