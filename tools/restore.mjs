/**
 * Puts a backup into place: `npm run restore -- <folder of npm run backup>`, then `npm start`. DATA_DIR must have no database
 * and no broker store; with MYSQL_URL, that server gets the databases.
 */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { explain, say, UserError } from './console.mjs';
import { provideDatabase } from './database.mjs';
import { loadDatabases } from './database-dump.mjs';
import { install } from './install.mjs';
import { claimDataDir, releaseDataDir } from './leftovers.mjs';
import { dataDir as readDataDir } from './paths.mjs';
import { Supervisor } from './supervisor.mjs';

const dataDir = readDataDir();

try {
  await restore(process.argv[2]);
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}

async function restore(name) {
  if (!name) throw new UserError('npm run restore -- <folder of a backup>');
  const folder = resolve(name);
  if (!existsSync(join(folder, 'backup.json'))) throw new UserError(`${folder} is no backup`);
  mkdirSync(dataDir, { recursive: true });
  claimDataDir(dataDir);
  try {
    const taken = ['mysql', 'mysql-docker', 'mq'].find((part) => existsSync(join(dataDir, part)));
    if (taken)
      throw new UserError(`${join(dataDir, taken)} is there already: restore into another DATA_DIR, or move it away`);
    await install();
    await restoreDatabases(join(folder, 'database.sql.gz'));
    if (existsSync(join(folder, 'mq'))) cpSync(join(folder, 'mq'), join(dataDir, 'mq'), { recursive: true });
    say(`restored into ${dataDir}: npm start`);
  } finally {
    releaseDataDir(dataDir);
  }
}

async function restoreDatabases(dump) {
  const database = await provideDatabase({ dataDir });
  const supervisor = new Supervisor({ logDir: join(dataDir, 'logs') });
  try {
    if (database.process) await supervisor.start(database.process);
    await loadDatabases(database.adminUrl, dump);
  } finally {
    await supervisor.stop(['database']);
  }
}
