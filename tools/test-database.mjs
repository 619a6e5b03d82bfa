import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideDatabase } from './database.mjs';
import { Supervisor } from './supervisor.mjs';

/** The server of MYSQL_URL, or a private one in a temporary folder that is gone after stop(). */
export async function testDatabase({ env = process.env, signal }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'trade-test-'));
  const supervisor = new Supervisor({ logDir: join(dataDir, 'logs') });
  const stop = async () => {
    await supervisor.stop(['database']);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const database = await provideDatabase({ dataDir, env, signal });
    if (database.process) await supervisor.start(database.process);
    return { adminUrl: database.adminUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
