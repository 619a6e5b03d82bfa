import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { Log } from '../logging.js';
import { isMissingTable } from './sql-errors.js';

/** The same place seen from src and from dist. */
const MIGRATIONS = resolve(import.meta.dirname, '../../../../sql');
const LOOK_EVERY_MS = 1_000;
const SAY_EVERY_MS = 10_000;

/** The newest migration of a schema that this release knows; it needs a database that has it. */
export function newestMigration(schema: string): number {
  return Math.max(...readdirSync(join(MIGRATIONS, schema)).map((file) => parseInt(file, 10)));
}

/**
 * Waits until the database has the migrations of this release, and says so meanwhile. A newer one is fine: while a release
 * is rolled out, the services of the one before it go on.
 */
export async function waitForSchema(dataSource: DataSource, schema: string): Promise<void> {
  const log = new Log('database');
  const needed = newestMigration(schema);
  for (let toldAtMs = 0; ;) {
    const found = await schemaVersion(dataSource);
    if (found >= needed) return;
    if (Date.now() - toldAtMs >= SAY_EVERY_MS) {
      log.error(`the schema ${schema} is too old for this release: run npm run migrate`, undefined, { found, needed });
      toldAtMs = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** 0 when the database has no migration. */
async function schemaVersion(dataSource: DataSource): Promise<number> {
  try {
    const [row] = await dataSource.query<{ version: string }[]>('SELECT MAX(version) AS version FROM schema_version');
    return Number(row!.version);
  } catch (error) {
    if (isMissingTable(error)) return 0;
    throw error;
  }
}
