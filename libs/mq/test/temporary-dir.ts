import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for each test of the file, removed after it. */
export function temporaryDir(): () => string {
  let dir = '';
  beforeEach(() => (dir = fs.mkdtempSync(join(tmpdir(), 'mq-test-'))));
  afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));
  return () => dir;
}
