import * as fs from 'node:fs';
import { temporaryDir } from '../../test/temporary-dir.js';
import { CommitLog, type AppendedRecord, type CommitLogIndexes, type CommitLogOptions } from './commit-log.js';
import { encodeRecord, RecordKind, recordBytesOf, type RecordDraft, type StoredRecord } from './record.js';
import { Segment, SEGMENT_HEADER_BYTES } from './segment.js';

const dir = temporaryDir();

function draft(text: string): RecordDraft {
  return {
    kind: RecordKind.MESSAGE,
    messageType: 1,
    topic: 't',
    queueId: 0,
    payload: Buffer.from(text),
    systemProperties: Buffer.from('s'),
  };
}

function indexes(): CommitLogIndexes {
  let next = 0;
  return { reserveQueueOffset: () => next++, releaseQueueOffsets: () => undefined, dispatch: () => undefined };
}

async function open(
  options: Partial<CommitLogOptions> = {},
): Promise<{ log: CommitLog; replayed: string[]; records: StoredRecord[] }> {
  const records: StoredRecord[] = [];
  const log = await CommitLog.open(
    { dir: dir(), segmentBytes: 4096, flush: 'SYNC_FLUSH', asyncFlushMs: 50, maxWaitingBytes: 1 << 20, ...options },
    indexes(),
    0,
    (record) => records.push(record),
  );
  return { log, records, replayed: records.map((record) => record.payload.toString()) };
}

function flipByte(at: number, mask = 0x20): void {
  const file = fs.readFileSync(Segment.pathOf(dir(), 0));
  file[at] = (file[at] as number) ^ mask;
  fs.writeFileSync(Segment.pathOf(dir(), 0), file);
}

describe('commit log', () => {
  it('gives back after a restart what was appended before, in order', async () => {
    const { log } = await open();
    await Promise.all(['a', 'b', 'c'].map((text) => log.append(draft(text))));
    const { physicalOffset, recordBytes } = await log.append(draft('d'));
    expect(log.read(physicalOffset, recordBytes).payload.toString()).toBe('d');
    await log.close();
    const again = await open();
    expect(again.replayed).toEqual(['a', 'b', 'c', 'd']);
    await again.log.append(draft('e'));
    await again.log.close();
    const third = await open();
    expect(third.replayed).toEqual(['a', 'b', 'c', 'd', 'e']);
    await third.log.close();
  });

  it('cuts a torn record off, wherever in it the crash came, and never brings it back', async () => {
    const { log } = await open();
    await log.append(draft('kept'));
    const end = log.endOffset;
    await log.close();
    const clean = fs.readFileSync(Segment.pathOf(dir(), 0));
    const torn = Buffer.alloc(recordBytesOf(draft('torn')));
    encodeRecord(torn, 0, draft('torn'), { physicalOffset: end, queueOffset: 1, storeTimestampMs: 1 });
    for (let written = 1; written < torn.length; written++) {
      const file = Buffer.from(clean);
      torn.copy(file, end, 0, written);
      fs.writeFileSync(Segment.pathOf(dir(), 0), file);
      const { log: recovered, replayed } = await open();
      expect(replayed).toEqual(['kept']);
      expect(recovered.endOffset).toBe(end);
      await recovered.close();
      expect(fs.readFileSync(Segment.pathOf(dir(), 0)).equals(clean)).toBe(true);
    }
  });

  it('does not take old bytes behind a torn record of the same write for records', async () => {
    const { log } = await open();
    const [, second] = await Promise.all(['1', '2', '3'].map((text) => log.append(draft(text))));
    await log.close();
    flipByte((second as AppendedRecord).physicalOffset + 8);
    const recovered = await open();
    expect(recovered.replayed).toEqual(['1']);
    await recovered.log.append(draft('2'));
    await recovered.log.close();
    const again = await open();
    expect(again.replayed).toEqual(['1', '2']);
    await again.log.close();
  });

  it.each(['SYNC_FLUSH', 'ASYNC_FLUSH'] as const)(
    '%s: refuses to start on a damaged record that a later write proves to have been flushed',
    async (flush) => {
      const { log } = await open({ flush });
      await log.append(draft('1'));
      const { physicalOffset, recordBytes } = await log.append(draft('2'));
      await log.flush();
      await log.append(draft('3'));
      await log.close();
      const clean = fs.readFileSync(Segment.pathOf(dir(), 0));
      for (let at = physicalOffset; at < physicalOffset + recordBytes; at++) {
        fs.writeFileSync(Segment.pathOf(dir(), 0), clean);
        flipByte(at);
        await expect(open()).rejects.toThrow(`no intact record at offset ${physicalOffset}, but the record at`);
      }
    },
  );

  it('fills segment after segment and finds every record again', async () => {
    const { log } = await open();
    const texts = Array.from({ length: 200 }, (_, i) => `${i}-`.padEnd(100, 'x'));
    const appended = await Promise.all(texts.map((text) => log.append(draft(text))));
    expect(Segment.list(dir()).length).toBeGreaterThan(5);
    appended.forEach(({ physicalOffset, recordBytes }, i) =>
      expect(log.read(physicalOffset, recordBytes).payload.toString()).toBe(texts[i]),
    );
    await log.close();
    const again = await open();
    expect(again.replayed).toEqual(texts);
    await again.log.close();
  });

  it('refuses to start on a damaged record that later segments prove to have been flushed', async () => {
    const { log } = await open();
    await Promise.all(Array.from({ length: 100 }, () => log.append(draft('x'.repeat(100)))));
    await log.close();
    const file = fs.readFileSync(Segment.pathOf(dir(), 0));
    file[SEGMENT_HEADER_BYTES + 70] = 0xff;
    fs.writeFileSync(Segment.pathOf(dir(), 0), file);
    await expect(open()).rejects.toThrow(/is damaged: no intact record at offset 32/);
  });

  it('refuses to start when a segment file is missing', async () => {
    const { log } = await open();
    await Promise.all(Array.from({ length: 100 }, () => log.append(draft('x'.repeat(100)))));
    await log.close();
    fs.rmSync(Segment.pathOf(dir(), 4096));
    await expect(open()).rejects.toThrow(/a file is missing/);
  });

  it('refuses files of a version that it does not know', async () => {
    const { log } = await open();
    await log.close();
    const file = fs.readFileSync(Segment.pathOf(dir(), 0));
    file.writeUInt32LE(1, 8);
    fs.writeFileSync(Segment.pathOf(dir(), 0), file);
    await expect(open()).rejects.toThrow(/has format version 1; this broker reads version 2/);
  });

  it('refuses a segment whose header is damaged', async () => {
    const { log } = await open();
    await log.close();
    const clean = fs.readFileSync(Segment.pathOf(dir(), 0));
    for (let at = 0; at < 28; at++) {
      fs.writeFileSync(Segment.pathOf(dir(), 0), clean);
      flipByte(at);
      await expect(open()).rejects.toThrow(/is damaged|has format/);
    }
  });

  it('removes a segment whose preparation was interrupted', async () => {
    fs.writeFileSync(`${Segment.pathOf(dir(), 4096)}.preparing`, 'half');
    const { log } = await open();
    await log.append(draft('a'));
    await log.close();
    expect(fs.readdirSync(dir())).toEqual(['00000000000000000000']);
  });

  it('refuses a record that fits into no segment', async () => {
    const { log } = await open();
    await expect(log.append(draft('x'.repeat(4096)))).rejects.toThrow(/the limit is 4060/);
    await log.close();
  });

  it('refuses appends while too many bytes wait for the disk, and takes them again afterwards', async () => {
    const { log } = await open({ maxWaitingBytes: 500 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => log.append(draft('x'.repeat(100)))));
    expect(results.filter((result) => result.status === 'rejected').length).toBeGreaterThan(10);
    await log.append(draft('later'));
    await log.close();
  });

  it('reports a disk that cannot take another segment, stores nothing of it, and goes on when there is room again', async () => {
    const { log } = await open();
    await log.append(draft('x'.repeat(1000)));
    fs.chmodSync(dir(), 0o555);
    const blocked = `${Segment.pathOf(dir(), 4096)}.preparing`;
    fs.mkdirSync(blocked);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => log.append(draft('y'.repeat(1000)))));
    const stored = results.filter((result) => result.status === 'fulfilled').length;
    expect(stored).toBe(2);
    expect(results.at(-1)).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('could not be written') as string },
    });
    fs.rmdirSync(blocked);
    fs.chmodSync(dir(), 0o755);
    await log.append(draft('z'));
    await log.close();
    const again = await open();
    expect(again.replayed.map((text) => text[0])).toEqual(['x', 'y', 'y', 'z']);
    await again.log.close();
  });

  it('answers after close that it is closed', async () => {
    const { log } = await open();
    await log.close();
    await expect(log.append(draft('a'))).rejects.toThrow('the store is closed');
  });

  it('flushes later under ASYNC_FLUSH, and at the latest when it is closed', async () => {
    const { log } = await open({ flush: 'ASYNC_FLUSH' });
    await log.append(draft('a'));
    await log.close();
    const again = await open();
    expect(again.replayed).toEqual(['a']);
    await again.log.close();
  });
});
