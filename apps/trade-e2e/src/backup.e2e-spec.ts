import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { anOrder, eventually, expectInvariants, newDataDir, startStack, type Stack } from '@trade/testing';
import { Books } from './books.js';
import { aCustomer, aPlainOrderOf } from './customer.js';
import { ShopClient } from './shop-client.js';
import { Traffic } from './traffic.js';
import { CALLBACK_SECRET } from './trade-system.js';

const TOOLS = resolve(import.meta.dirname, '../../../tools');
/** With the built-in broker, whose store belongs to the backup, also where the other tests have an Apache RocketMQ. */
const settings = { PAY_CALLBACK_SECRET: CALLBACK_SECRET, ORDER_CONFIRM_LIMIT_MS: '2000', ROCKETMQ_ENDPOINT: '' };

describe('a backup under traffic', () => {
  const backups = mkdtempSync(join(tmpdir(), 'trade-backup-'));
  const backup = join(backups, 'monday');
  let stack: Stack;
  let books: Books;
  let traffic: Traffic;
  let before: { confirmed: string[]; paid: string[] };

  beforeAll(async () => {
    stack = await startStack(settings);
  });
  afterAll(async () => {
    await traffic?.end();
    await books?.close();
    await stack?.stop();
    rmSync(backups, { recursive: true, force: true });
  });

  const shopOf = ({ orderUrl, payUrl }: Stack) => new ShopClient(orderUrl, payUrl, CALLBACK_SECRET);

  /** The exit code and what it printed. */
  async function tool(name: string, args: string[], dataDir: string): Promise<[number, string]> {
    const child = spawn(process.execPath, [join(TOOLS, name), ...args], {
      env: { ...process.env, NODE_OPTIONS: '', MYSQL_URL: '', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return [code, said];
  }

  it('is made while orders and payments come in', async () => {
    books = new Books(stack.databaseUrl);
    traffic = new Traffic(books, [shopOf(stack)]);
    await eventually(() => traffic.paid.length >= 10);
    const idsOf = (orders: { orderId: string }[]) => orders.map(({ orderId }) => orderId);
    before = { confirmed: idsOf(traffic.confirmed), paid: idsOf(traffic.paid) };
    expect(await tool('backup.mjs', [backup], stack.dataDir)).toEqual([0, expect.stringContaining('is complete')]);
    await traffic.end();
    expect([traffic.refused, traffic.unanswered]).toEqual([[], 0]);
  });

  it('refuses to be put over another one, or over a stack', async () => {
    expect(await tool('backup.mjs', [backup], stack.dataDir)).toEqual([1, expect.stringContaining('is there already')]);
    await books.close();
    await stack.stop({ keepFiles: true });
    expect(await tool('restore.mjs', [backup], stack.dataDir)).toEqual([
      1,
      expect.stringContaining('is there already'),
    ]);
  });

  it('brings everything back that was there when it was made, and the books balance', async () => {
    rmSync(stack.dataDir, { recursive: true });
    const dataDir = newDataDir();
    expect(await tool('restore.mjs', [backup], dataDir)).toEqual([0, expect.stringContaining('npm start')]);
    stack = await startStack(settings, { dataDir });
    books = new Books(stack.databaseUrl);
    await expectInvariants(stack.databaseUrl);

    const restored = await books.rows<{ orderId: string; orderStatus: number; payStatus: number }>(
      'SELECT order_id AS orderId, order_status AS orderStatus, pay_status AS payStatus FROM trade_order.trade_order',
    );
    const confirmed = restored.filter(({ orderStatus }) => orderStatus === 1).map(({ orderId }) => orderId);
    const paid = restored.filter(({ payStatus }) => payStatus === 2).map(({ orderId }) => orderId);
    expect(confirmed).toEqual(expect.arrayContaining(before.confirmed));
    expect(paid).toEqual(expect.arrayContaining(before.paid));
  });

  it('goes on from there', async () => {
    const shop = shopOf(stack);
    expect((await shop.confirm(anOrder())).status).toBe(200);
    expect((await shop.confirm(aPlainOrderOf(await aCustomer(books)))).status).toBe(200);
    await expectInvariants(stack.databaseUrl);
  });
});
