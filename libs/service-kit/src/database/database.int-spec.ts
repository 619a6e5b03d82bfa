import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { Peers } from '../grpc/peers.js';
import { KitModule } from '../kit.module.js';
import { Database, doOnce, IF_ONE_CHANGED, insertIfNew, updateOne, type SqlSession } from './database.js';
import { RowLoader } from './row-loader.js';

const HOLD = 'INSERT INTO stock_hold (order_id, goods_id, goods_number, state) VALUES (?, 1, ?, ?)';
const CHANGE = 'UPDATE stock_hold SET goods_number = goods_number + 1 WHERE order_id = ?';

let schema: MysqlSchema;
let app: INestApplicationContext;
let database: Database;

beforeAll(async () => {
  schema = await mysqlSchema('trade_goods');
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_goods', url: schema.url, poolSize: 4, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  database = app.get(Database);
});

afterAll(async () => {
  await app?.close();
  await schema?.drop();
});

beforeEach(async () => {
  await schema.clear();
  for (const orderId of ['1', '2']) await schema.execute(HOLD, [orderId, 0, 1]);
});

async function quantities(): Promise<number[]> {
  const rows = await schema.rows<{ goods_number: number }>('SELECT goods_number FROM stock_hold ORDER BY order_id');
  return rows.map(({ goods_number }) => goods_number);
}

it('every connection of the pool reads committed rows only and counts time in UTC', async () => {
  const settings = await Promise.all(
    Array.from({ length: 4 }, () =>
      database.transaction(async (tx) => {
        await tx.query('SELECT SLEEP(0.05)');
        const rows = await tx.query<{ Variable_name: string; Value: string }[]>(
          "SHOW SESSION VARIABLES WHERE Variable_name IN ('time_zone', 'tx_isolation', 'transaction_isolation')",
        );
        return new Set(rows.map(({ Value }) => Value));
      }),
    ),
  );

  for (const values of settings) expect(values).toEqual(new Set(['+00:00', 'READ-COMMITTED']));
});

it('of two transactions that wait for each other both end well', async () => {
  let locked = 0;
  let bothLocked: () => void;
  const both = new Promise<void>((resolve) => (bothLocked = resolve));
  let runs = 0;
  const change = (first: string, second: string) => async (tx: SqlSession) => {
    runs += 1;
    await updateOne(tx, CHANGE, [first]);
    if (++locked === 2) bothLocked();
    await both;
    await updateOne(tx, CHANGE, [second]);
  };

  await Promise.all([database.transaction(change('1', '2')), database.transaction(change('2', '1'))]);

  expect(await quantities()).toEqual([2, 2]);
  expect(runs).toBe(3);
});

it('nothing stays of a transaction that throws', async () => {
  const work = async (tx: SqlSession) => {
    await updateOne(tx, CHANGE, ['1']);
    throw new Error('no');
  };

  await expect(database.transaction(work)).rejects.toThrow('no');
  expect(await quantities()).toEqual([0, 0]);
});

it('a row that is there already does not end the transaction', async () => {
  await database.transaction(async (tx) => {
    expect(await insertIfNew(tx, HOLD, ['1', 5, 1])).toBe(false);
    expect(await insertIfNew(tx, HOLD, ['3', 5, 1])).toBe(true);
  });

  expect(await quantities()).toEqual([0, 0, 5]);
});

it('a row that the table refuses for another reason is an error', async () => {
  const unknownState = 9;
  const work = (tx: SqlSession) => insertIfNew(tx, HOLD, ['3', 5, unknownState]);

  await expect(database.transaction(work)).rejects.toThrow('stock_hold_state_known');
});

it('an update of a row that must be there fails when it is not', async () => {
  await expect(database.transaction((tx) => updateOne(tx, CHANGE, ['3']))).rejects.toThrow('0 rows instead of one');
});

describe('statements in one round trip', () => {
  const CHANGE_UP_TO = 'UPDATE stock_hold SET goods_number = goods_number + 1 WHERE order_id = ? AND goods_number < ?';
  const RECORD = `INSERT INTO trade_goods_number_log (goods_id, order_id, log_type, goods_number)
    VALUES (1, ${IF_ONE_CHANGED}, 1, -1)`;
  const records = () => schema.rows('SELECT order_id FROM trade_goods_number_log');

  it('change and record together', async () => {
    expect(
      await doOnce(database, '1', [
        [CHANGE_UP_TO, ['1', 5]],
        [RECORD, ['1']],
      ]),
    ).toBe(true);
    expect(await quantities()).toEqual([1, 0]);
    expect(await records()).toEqual([{ order_id: '1' }]);
  });

  it('leave no record of a change that did not happen', async () => {
    expect(
      await doOnce(database, '1', [
        [CHANGE_UP_TO, ['1', 0]],
        [RECORD, ['1']],
      ]),
    ).toBe(false);
    expect(await records()).toEqual([]);
  });

  it('leave no change whose record is there already', async () => {
    await doOnce(database, '1', [
      [CHANGE_UP_TO, ['1', 5]],
      [RECORD, ['1']],
    ]);
    expect(
      await doOnce(database, '1', [
        [CHANGE_UP_TO, ['1', 5]],
        [RECORD, ['1']],
      ]),
    ).toBe(false);
    expect(await quantities()).toEqual([1, 0]);
  });

  it('leave nothing when one of them fails, and the connection is fit for the next', async () => {
    const failing = Array.from({ length: 8 }, () =>
      database.atomically([
        [CHANGE_UP_TO, ['1', 5]],
        ['INSERT INTO no_such_table VALUES (?)', [1]],
      ]),
    );
    for (const result of await Promise.allSettled(failing)) expect(result.status).toBe('rejected');
    expect(await database.atomically([[CHANGE_UP_TO, ['2', 5]]])).toEqual([1]);
    expect(await quantities()).toEqual([0, 1]);
  });
});

it('rows that are wanted at the same moment are read by one statement', async () => {
  let statements = 0;
  const counting: SqlSession = {
    query: (sql, parameters) => {
      statements += 1;
      return database.query(sql, parameters);
    },
  };
  const select = 'SELECT order_id, state FROM stock_hold WHERE order_id IN (?)';
  const holds = new RowLoader<{ order_id: string; state: number }>(counting, select, 'order_id');
  const found = await Promise.all(['2', '1', '3', '2'].map((id) => holds.load(id)));
  expect(found.map((row) => row?.order_id)).toEqual(['2', '1', undefined, '2']);
  expect(statements).toBe(1);
  await schema.execute('DELETE FROM stock_hold WHERE order_id = 1');
  expect(await holds.load('1')).toBeUndefined();
});
