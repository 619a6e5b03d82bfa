import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { createConnection, type Connection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { Peers } from '../grpc/peers.js';
import { KitModule } from '../kit.module.js';
import { Database, doOnce, IF_ONE_CHANGED, poolOf } from './database.js';

const GOODS = ['1', '2'];
const AT_ONCE = 24;

let schema: MysqlSchema;
let app: INestApplicationContext;
let database: Database;
let other: Connection;

beforeAll(async () => {
  schema = await mysqlSchema('trade_goods');
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_goods', url: schema.url, poolSize: 8, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  database = app.get(Database);
  other = await createConnection(schema.url);
});

afterAll(async () => {
  await other?.end();
  await app?.close();
  await schema?.drop();
});

beforeEach(async () => {
  await schema.clear();
  for (const goodsId of GOODS) await putInStock(goodsId, 1_000);
});

async function putInStock(goodsId: string, stock: number) {
  await schema.insert('trade_goods', {
    goods_id: goodsId,
    goods_name: 'a thing',
    goods_desc: '',
    goods_number: stock,
    initial_goods_number: stock,
    goods_price: 1,
    add_time: new Date(),
  });
}

/** As stock-holds.ts does it: takes one, and records which order took it. */
function take(goodsId: string, orderId: number): Promise<boolean> {
  return doOnce(database, goodsId, [
    ['UPDATE trade_goods SET goods_number = goods_number - 1 WHERE goods_id = ? AND goods_number >= 1', [goodsId]],
    [
      `INSERT INTO stock_hold (order_id, goods_id, goods_number, state) VALUES (${IF_ONE_CHANGED}, ?, 1, 1)`,
      [orderId, goodsId],
    ],
  ]);
}

const takeAtOnce = (goodsId: string, count = AT_ONCE) =>
  Promise.all(Array.from({ length: count }, (_, orderId) => take(goodsId, orderId)));

async function stockOf(goodsId: string): Promise<number> {
  const [row] = await schema.rows<{ goods_number: number }>('SELECT goods_number FROM trade_goods WHERE goods_id = ?', [
    goodsId,
  ]);
  return row!.goods_number;
}

async function holdersOf(goodsId: string): Promise<number> {
  return (await schema.rows('SELECT 1 FROM stock_hold WHERE goods_id = ?', [goodsId])).length;
}

describe('transactions of one moment', () => {
  it('each do what they would do alone, in one commit', async () => {
    let connectionsTaken = 0;
    poolOf(app.get(DataSource)).on('acquire', () => (connectionsTaken += 1));
    expect(await takeAtOnce('1')).toEqual(new Array(AT_ONCE).fill(true));
    expect(connectionsTaken).toBe(1);
    expect(await stockOf('1')).toBe(1_000 - AT_ONCE);
    expect(await holdersOf('1')).toBe(AT_ONCE);
  });

  it('take no more than there is, and all of it', async () => {
    await putInStock('3', 5);
    const taken = await takeAtOnce('3');
    expect(taken.filter(Boolean)).toHaveLength(5);
    expect(await stockOf('3')).toBe(0);
    expect(await holdersOf('3')).toBe(5);
  });

  it('are not harmed by one that is done already', async () => {
    await take('1', 0);
    const taken = await takeAtOnce('1');
    expect(taken).toEqual([false, ...new Array(AT_ONCE - 1).fill(true)]);
    expect(await holdersOf('1')).toBe(AT_ONCE);
  });

  it('are not harmed by one that the database does not understand', async () => {
    const [wrong, right] = await Promise.allSettled([database.atomically([['NO SUCH STATEMENT', []]]), take('1', 1)]);
    expect(wrong.status).toBe('rejected');
    expect(right).toEqual({ status: 'fulfilled', value: true });
    expect(await stockOf('1')).toBe(999);
  });

  it('do not wait long for the row of another one that somebody holds', async () => {
    await other.beginTransaction();
    await other.query('SELECT 1 FROM trade_goods WHERE goods_id = 1 FOR UPDATE');
    const startMs = performance.now();
    const waiting = take('1', 1);
    expect(await take('2', 2)).toBe(true);
    expect(performance.now() - startMs).toBeLessThan(2_500);
    expect(await stockOf('2')).toBe(999);
    await other.rollback();
    expect(await waiting).toBe(true);
    expect(await stockOf('1')).toBe(999);
  });

  it('lock the rows that all want in the same order, whatever order they come in', async () => {
    const [before] = await deadlocks();
    for (let round = 0; round < 20; round++) {
      const [first, second] = round % 2 ? ['1', '2'] : ['2', '1'];
      await Promise.all(
        Array.from({ length: 16 }, async (_, index) => {
          await new Promise((resolve) => setTimeout(resolve, index % 3));
          await Promise.all([take(first, round * 100 + index), take(second, round * 100 + index)]);
        }),
      );
    }
    expect(await stockOf('1')).toBe(1_000 - 320);
    expect(await stockOf('2')).toBe(1_000 - 320);
    expect((await deadlocks())[0]).toBe(before);
  });

  it.each([
    { how: 'KILL', why: 'the connection breaks', reason: { fatal: true } },
    { how: 'KILL QUERY', why: 'somebody kills them', reason: { errno: 1317 } },
  ])('are all refused, and none is tried again, when $why: it may be done', async ({ how, reason }) => {
    await other.beginTransaction();
    await other.query('SELECT 1 FROM trade_goods WHERE goods_id = 1 FOR UPDATE');
    const taking = Promise.allSettled([take('1', 1), take('1', 2)]);
    await eventually(() => killTheWaiting(how));
    const results = await taking;
    await other.rollback();
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason });
    expect(await stockOf('1')).toBe(1_000);
    expect(await take('1', 1)).toBe(true);
  });
});

async function deadlocks(): Promise<[string]> {
  const [rows] = await other.query<never>("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
  return [(rows as { Value: string }[])[0]?.Value ?? 'MySQL does not count them'];
}

async function killTheWaiting(how: string): Promise<void> {
  const [rows] = await other.query<never>(
    "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%trade_goods SET%' AND id <> CONNECTION_ID()",
  );
  const [waiting] = rows as { id: number }[];
  if (!waiting) throw new Error('nobody waits yet');
  await other.query(`${how} ${waiting.id}`);
}
