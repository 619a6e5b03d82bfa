import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { DataSource } from 'typeorm';
import { newestMigration, waitForSchema } from './schema-version.js';

describe('a service and the schema of its database', () => {
  let schema: MysqlSchema;
  let dataSource: DataSource;
  const needed = newestMigration('trade_goods');

  beforeAll(async () => {
    schema = await mysqlSchema('trade_goods');
    dataSource = await new DataSource({ type: 'mysql', url: schema.url }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await schema.drop();
  });

  const isWaiting = async (waiting: Promise<void>) =>
    Promise.race([waiting.then(() => false), new Promise((resolve) => setTimeout(resolve, 1_500, true))]);

  it('go together when it has the migrations of this release, or more', async () => {
    await waitForSchema(dataSource, 'trade_goods');
    await schema.insert('schema_version', { version: needed + 1 });
    await waitForSchema(dataSource, 'trade_goods');
  });

  it('do not while a migration is missing', async () => {
    await schema.execute('DELETE FROM schema_version WHERE version >= ?', [needed]);
    const waiting = waitForSchema(dataSource, 'trade_goods');
    expect(await isWaiting(waiting)).toBe(true);
    await schema.insert('schema_version', { version: needed });
    await waiting;
  });

  it('do not while there was none at all', async () => {
    await schema.execute('RENAME TABLE schema_version TO elsewhere');
    const waiting = waitForSchema(dataSource, 'trade_goods');
    expect(await isWaiting(waiting)).toBe(true);
    await schema.execute('RENAME TABLE elsewhere TO schema_version');
    await waiting;
  });
});
