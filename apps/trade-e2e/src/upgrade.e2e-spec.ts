import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { anOrder, expectInvariants, sample, startStack, type Stack } from '@trade/testing';
import { Books } from './books.js';
import { ShopClient } from './shop-client.js';
import { CALLBACK_SECRET } from './trade-system.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const SCHEMAS = ['trade_order', 'trade_pay', 'trade_goods', 'trade_coupon', 'trade_user'];
const STARTS_AT_ONCE = 3;
const CANCELLED_ORDER = '900000000000000001';

interface TestDatabase {
  adminUrl: string;
  stop(): Promise<void>;
}

async function databaseOfTheFirstRelease(): Promise<TestDatabase> {
  const tool = pathToFileURL(join(ROOT, 'tools/test-database.mjs')).href;
  const { testDatabase } = (await import(tool)) as { testDatabase(options: { env: object }): Promise<TestDatabase> };
  const database = await testDatabase({ env: {} });
  const books = new Books(`${database.adminUrl}?multipleStatements=true`);
  await books.rows(readFileSync(join(ROOT, 'libs/testing/fixtures/first-release.sql'), 'utf8'));
  await books.close();
  return database;
}

/** The exit code and all that it printed. */
async function migrate(adminUrl: string): Promise<{ code: number; said: string }> {
  const tool = spawn(process.execPath, [join(ROOT, 'tools/migrate.mjs')], {
    env: { ...process.env, NODE_OPTIONS: '', MYSQL_URL: adminUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  tool.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(tool, 'close')) as [number];
  return { code, said };
}

describe('the databases of the first release', () => {
  let database: TestDatabase;
  let books: Books;
  let stack: Stack;

  beforeAll(async () => {
    database = await databaseOfTheFirstRelease();
    books = new Books(database.adminUrl);
  });
  afterAll(async () => {
    await books?.close();
    await stack?.stop();
    await database?.stop();
  });

  it('are migrated once, however many start at the same time', async () => {
    const runs = await Promise.all(Array.from({ length: STARTS_AT_ONCE }, () => migrate(database.adminUrl)));
    expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    const said = runs.map((run) => run.said).join('');
    for (const schema of SCHEMAS) {
      const files = readdirSync(join(ROOT, 'sql', schema)).map((_, index) => index + 1);
      const applied = [...said.matchAll(new RegExp(`${schema}: version (\\d+)`, 'g'))].map(([, version]) =>
        Number(version),
      );
      expect(applied).toEqual(files);
      const rows = await books.rows<{ version: string }>(
        `SELECT version FROM ${schema}.schema_version ORDER BY version`,
      );
      expect(rows.map(({ version }) => Number(version))).toEqual([0, ...files]);
    }
  });

  it('serve this release: old orders are there, new ones come, messages that waited are delivered', async () => {
    stack = await startStack({ MYSQL_URL: database.adminUrl, PAY_CALLBACK_SECRET: CALLBACK_SECRET });
    const shop = new ShopClient(stack.orderUrl, stack.payUrl, CALLBACK_SECRET);
    expect((await shop.order(sample.paidOrderId)).data).toMatchObject({ payStatus: 2, payAmount: '880.00' });
    expect((await shop.order(CANCELLED_ORDER)).data.orderStatus).toBe(2);
    expect((await shop.confirm(anOrder({ couponId: sample.couponIds[0]!, moneyPaid: '100.00' }))).status).toBe(200);

    await expectInvariants(database.adminUrl);
    expect(await books.stock('345959443973935106')).toBe(5000);
    expect(await books.balance(sample.otherUserId)).toBe('250.55');
  });
});
