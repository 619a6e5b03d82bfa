/**
 * Backs up the running stack of DATA_DIR: `npm run backup -- <new folder>`. docs/operations.md says what it is good for.
 *
 * The order makes the copies fit together. What the groups have consumed is copied first: what they consume later comes
 * again after a restore, and the inbox knows it. Then the databases as they are at a moment when nothing commits, and in that
 * moment the end of the log: a message whose outbox row is gone is before it, and no message of a later change is. The log
 * up to there comes last.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { copyLog, copyProgress } from './broker-store-copy.mjs';
import { explain, say, UserError } from './console.mjs';
import { dumpDatabases } from './database-dump.mjs';
import { install } from './install.mjs';
import { dataDir } from './paths.mjs';
import { SCHEMAS } from './schema.mjs';
import { StackFile } from './stack-file.mjs';

const STATUS_WITHIN_MS = 5_000;

try {
  await backUp(process.argv[2]);
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}

async function backUp(name) {
  if (!name) throw new UserError('npm run backup -- <new folder>');
  const folder = resolve(name);
  if (existsSync(folder)) throw new UserError(`${folder} is there already`);
  const stack = new StackFile(dataDir()).read();
  if (!stack) throw new UserError(`no stack is running on ${dataDir()}: start it, or set DATA_DIR`);
  await install();

  // a folder of that name is a whole backup
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const broker = stack.processes.find((process) => process.name === 'mq-broker');
  const [store, copy] = [join(dataDir(), 'mq'), join(unfinished, 'mq')];
  if (broker) copyProgress(store, copy);
  else say('the broker is an Apache RocketMQ: its messages are not part of this backup');
  const logEndOffset = await dumpDatabases(
    stack.database.adminUrl,
    SCHEMAS,
    join(unfinished, 'database.sql.gz'),
    () => broker && readLogEnd(broker),
  );
  if (broker) copyLog(store, copy, logEndOffset);
  writeFileSync(
    join(unfinished, 'backup.json'),
    `${JSON.stringify({ createdAt: new Date(), logEndOffset }, null, 2)}\n`,
  );
  renameSync(unfinished, folder);
  say(`${folder} is complete`);
}

async function readLogEnd({ ports }) {
  const token = process.env.MQ_ADMIN_TOKEN;
  const response = await fetch(`http://${process.env.BIND_HOST || '127.0.0.1'}:${ports.http}/status`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: AbortSignal.timeout(STATUS_WITHIN_MS),
  });
  if (!response.ok) throw new UserError(`the broker does not tell its status: ${response.status} (MQ_ADMIN_TOKEN)`);
  return (await response.json()).logEndOffset;
}
