import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for each test of the file, removed after it, with what the test put beside it. */
export function temporaryDir(): () => string {
  let parent = '';
  const dir = () => join(parent, 'data');
  beforeEach(() => {
    parent = fs.mkdtempSync(join(tmpdir(), 'mq-test-'));
    fs.mkdirSync(dir());
  });
  afterEach(() => fs.rmSync(parent, { recursive: true, force: true }));
  return dir;
}
