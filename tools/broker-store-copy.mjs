import * as fs from 'node:fs';
import { join } from 'node:path';

const CHUNK_BYTES = 1 << 20;
const ATTEMPTS = 10;

/** Copies what each group has consumed, and the declared topics and groups, from the store of a broker that may run. */
export function copyProgress(store, copy) {
  fs.mkdirSync(copy, { recursive: true });
  for (const name of ['progress', 'config', 'transaction-checks.json']) {
    if (fs.existsSync(join(store, name)))
      withRetries(() => fs.cpSync(join(store, name), join(copy, name), { recursive: true }));
  }
}

/**
 * Copies the log up to an offset; what is before the end of the log never changes. Files are left out that a start derives
 * from the log.
 */
export function copyLog(store, copy, endOffset) {
  fs.mkdirSync(join(copy, 'commitlog'), { recursive: true });
  withRetries(() => {
    // the oldest last: it may be removed meanwhile, and a log without its beginning is whole
    for (const name of fs.readdirSync(join(store, 'commitlog')).sort().reverse()) {
      const bytes = endOffset - Number(name);
      if (bytes > 0) copyStart(join(store, 'commitlog', name), join(copy, 'commitlog', name), bytes);
    }
  });
}

/** A file as long as the other one, zeros behind its first bytes. */
function copyStart(from, to, bytes) {
  const { size } = fs.statSync(from);
  if (bytes >= size) return fs.copyFileSync(from, to);
  const [source, target] = [fs.openSync(from, 'r'), fs.openSync(to, 'w')];
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; at < bytes;) {
    const read = fs.readSync(source, chunk, 0, Math.min(CHUNK_BYTES, bytes - at), at);
    fs.writeSync(target, chunk, 0, read, at);
    at += read;
  }
  fs.ftruncateSync(target, size);
  fs.closeSync(source);
  fs.closeSync(target);
}

/** A file that was listed may be gone before it is read: replaced by a newer one, or kept long enough. */
function withRetries(work) {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (error.code !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
}
