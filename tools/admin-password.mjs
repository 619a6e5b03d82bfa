import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Random, and readable by this user alone: other users of the machine reach the loopback port as well. */
export function adminPassword(dataDir) {
  const path = join(dataDir, 'database-password');
  if (!existsSync(path)) writeFileSync(path, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}
