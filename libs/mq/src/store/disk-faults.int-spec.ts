import { jest } from '@jest/globals';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { draft, texts } from '../../test/store-draft.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import * as fileIo from './file-io.js';
import type { MessageStore as Store } from './message-store.js';

/** What the disk answers instead of working, as long as it is set. */
const disk: { writeError?: string; syncError?: string; bytesBeforeError: number; syncedAfter?: Promise<void> } = {
  bytesBeforeError: 0,
};

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: the disk failed`), { code });
}

jest.unstable_mockModule('./file-io.js', () => ({
  ...fileIo,
  fdatasync: async (fd: number) => {
    await disk.syncedAfter;
    if (disk.syncError) throw failure(disk.syncError);
    await fileIo.fdatasync(fd);
  },
  writeAll: async (fd: number, bytes: Buffer, position: number) => {
    if (!disk.writeError) return fileIo.writeAll(fd, bytes, position);
    await fileIo.writeAll(fd, bytes.subarray(0, disk.bytesBeforeError), position);
    throw failure(disk.writeError);
  },
  writeAllSync: (fd: number, bytes: Buffer, position: number) => {
    fileIo.writeAllSync(fd, disk.writeError ? bytes.subarray(0, disk.bytesBeforeError) : bytes, position);
    if (disk.writeError) throw failure(disk.writeError);
  },
}));

const { MessageStore } = await import('./message-store.js');
const { ProgressLog } = await import('./progress-log.js');

const dir = temporaryDir();
afterEach(() => {
  delete disk.writeError;
  delete disk.syncError;
  delete disk.syncedAfter;
  disk.bytesBeforeError = 0;
});

function open(flush: 'SYNC_FLUSH' | 'ASYNC_FLUSH', changes = {}): Promise<Store> {
  return MessageStore.open({ dataDir: dir(), segmentBytes: 64 << 10, flush, asyncFlushMs: 5, ...changes });
}

describe('a fdatasync that takes long', () => {
  it('SYNC_FLUSH: keeps the answer to the send back, but not the message from its consumers', async () => {
    const store = await open('SYNC_FLUSH');
    let finish = () => {};
    disk.syncedAfter = new Promise((resolve) => (finish = resolve));
    let answered = false;
    const sent = store.append(draft('a')).then(() => (answered = true));
    await new Promise<void>((resolve) => store.onAppended(() => resolve()));
    expect(texts(store)).toEqual(['a']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    finish();
    await sent;
    await store.close();
  });
});

describe('a failed fdatasync', () => {
  it('SYNC_FLUSH: fails the messages that waited for it, and no message is taken any more though the disk recovers', async () => {
    const store = await open('SYNC_FLUSH');
    await store.append(draft('before'));
    disk.syncError = 'EIO';
    const results = await Promise.allSettled([store.append(draft('a')), store.append(draft('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    delete disk.syncError;
    await expect(store.append(draft('c'))).rejects.toThrow('the store stopped after a failed flush: EIO');
    expect(store.failure?.message).toContain('EIO');
    expect(texts(store)[0]).toBe('before');
    expect(texts(store)).not.toContain('c');
    await store.close();
    const again = await open('SYNC_FLUSH');
    expect(texts(again)[0]).toBe('before');
    await again.append(draft('after'));
    await again.close();
  });

  it('ASYNC_FLUSH: stops the store at the next flush', async () => {
    const store = await open('ASYNC_FLUSH');
    await store.append(draft('before'));
    disk.syncError = 'EIO';
    await store.append(draft('answered'));
    await expect(
      (async () => {
        for (;;) await store.append(draft('more'));
      })(),
    ).rejects.toThrow('the store stopped after a failed flush: EIO');
    await store.close();
  });

  it('during a checkpoint is reported, and the checkpoint before stays in force', async () => {
    const errors: unknown[] = [];
    const store = await open('SYNC_FLUSH', {
      checkpointMs: 5,
      onCheckpointError: (error: unknown) => errors.push(error),
    });
    await store.append(draft('a'));
    await store.checkpoint();
    const checkpoint = fs.readFileSync(join(dir(), 'checkpoint.json'), 'utf8');
    disk.syncError = 'EIO';
    await expect(store.checkpoint()).rejects.toThrow('EIO');
    expect(fs.readFileSync(join(dir(), 'checkpoint.json'), 'utf8')).toBe(checkpoint);
    delete disk.syncError;
    await store.close();
  });
});

describe.each(['SYNC_FLUSH', 'ASYNC_FLUSH'] as const)('a full disk, %s', (flush) => {
  it('refuses the messages, keeps nothing of them, and takes messages again when there is room', async () => {
    const store = await open(flush);
    await store.append(draft('before'));
    for (const bytes of [0, 1, 40, 100, 150]) {
      disk.writeError = 'ENOSPC';
      disk.bytesBeforeError = bytes;
      const results = await Promise.allSettled([store.append(draft('lost-1')), store.append(draft('lost-2'))]);
      for (const result of results)
        expect(result).toMatchObject({
          reason: { message: 'the message could not be written: ENOSPC: the disk failed' },
        });
      delete disk.writeError;
      await store.append(draft(`after ${bytes}`));
    }
    const expected = ['before', ...[0, 1, 40, 100, 150].map((bytes) => `after ${bytes}`)];
    expect(texts(store)).toEqual(expected);
    await store.close();
    fs.rmSync(join(dir(), 'checkpoint.json'));
    const again = await open(flush);
    expect(texts(again)).toEqual(expected);
    await again.close();
  });

  it('leaves nothing of a refused message behind that the next start could take for one', async () => {
    const store = await open(flush);
    await store.append(draft('before'));
    disk.writeError = 'ENOSPC';
    disk.bytesBeforeError = 70;
    await expect(store.append(draft('x'))).rejects.toThrow('ENOSPC');
    delete disk.writeError;
    await store.close();
    const again = await open(flush);
    expect(texts(again)).toEqual(['before']);
    await again.close();
  });
});

describe('progress of consumers on a disk that fails', () => {
  it('is written again with the next event, in order', async () => {
    const options = { dir: dir(), syncMs: 1000, compactBytes: 1 << 20, onError: () => undefined };
    const events: string[] = [];
    const record = {
      advance: (_group: string, _topic: string, _queueId: number, offset: number) =>
        void events.push(`advance ${offset}`),
      done: (_group: string, _topic: string, _queueId: number, offset: number) => void events.push(`done ${offset}`),
      hold: () => undefined,
    };
    const log = ProgressLog.open(options, record, () => undefined);
    log.advance('g', 't', 0, 1);
    disk.writeError = 'ENOSPC';
    disk.bytesBeforeError = 10;
    await expect(log.written()).rejects.toThrow('ENOSPC');
    log.done('g', 't', 0, 0);
    delete disk.writeError;
    await log.written();
    await log.close();
    await ProgressLog.open(options, record, () => undefined).close();
    expect(events).toEqual(['advance 1', 'done 0']);
  });
});
