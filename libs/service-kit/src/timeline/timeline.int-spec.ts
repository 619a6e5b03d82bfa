import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { Peers } from '../grpc/peers.js';
import { KitModule } from '../kit.module.js';
import { Log } from '../logging.js';
import { runInTrace } from '../tracing/trace.js';
import { configureTimeline, droppedEvents, nowUs, recordEvent } from './order-events.js';
import { recordedCall } from './recorders.js';
import { TimelineGrpc } from './timeline.grpc.js';

const FACTS = `
  SELECT 'stock held' AS name, 1 AS atUs, NULL AS details FROM stock_hold WHERE order_id = ?
  UNION ALL SELECT 'stock released', 2, '{"quantity":1}' FROM stock_hold WHERE order_id = ? AND state = 2`;

let schema: MysqlSchema;
let app: INestApplicationContext;
let lastId = 0;
const log = new Log('spec');

beforeAll(async () => {
  schema = await mysqlSchema('trade_goods');
  configureTimeline(true);
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_goods', url: schema.url, poolSize: 4, entities: [] },
    orderFacts: FACTS,
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
});
afterAll(async () => {
  await app?.close();
  await schema?.drop();
  configureTimeline(false);
});

const anOrderId = () => String(++lastId);
const found = (orderId: string, { traceIds = [] as string[], sinceUs = '0' } = {}) =>
  app.get(TimelineGrpc).getOrderEvents({ orderId, traceIds, sinceUs });
const namesOf = async (orderId: string) => (await found(orderId)).events.map(({ name }) => name);
const traceparent = (traceId: string) => `00-${traceId}-00000000000000ab-01`;

it('what the log says about an order is an event of it', async () => {
  const orderId = anOrderId();
  log.info('stock held', { orderId, quantity: 2 });
  log.warn('something is odd', { orderId });
  log.info('nothing about an order', { quantity: 2 });
  await eventually(async () => (await found(orderId)).events.length === 2);
  expect((await found(orderId)).events).toMatchObject([
    { kind: 'state', name: 'stock held', details: '{"quantity":2}', failure: '', fromTables: false },
    { kind: 'state', name: 'something is odd', failure: 'warn' },
  ]);
});

it('a call is recorded with its duration, and with why it failed', async () => {
  const orderId = anOrderId();
  const works = recordedCall('call', 'goods.HoldStock', () => Promise.resolve({ held: true }));
  const fails = recordedCall('serve', 'goods.HoldStock', () => Promise.reject(Object.assign(new Error(), { code: 4 })));
  expect(await works({ orderId })).toEqual({ held: true });
  await expect(fails({ orderId })).rejects.toThrow();
  await eventually(async () => (await found(orderId)).events.length === 2);
  expect((await found(orderId)).events).toMatchObject([
    { kind: 'call', name: 'goods.HoldStock', failure: '' },
    { kind: 'serve', failure: 'SHOP_SERVICE_TIMEOUT' },
  ]);
});

it('what a request did before there was an order is found by its trace', async () => {
  const [orderId, traceId] = [anOrderId(), 'a'.repeat(32)];
  await runInTrace(traceparent(traceId), async () => {
    await recordedCall('call', 'goods.GetGoods', () => Promise.resolve({}))({ goodsId: '1' });
    log.info('order created', { orderId });
  });
  await eventually(async () => (await found(orderId)).events.length === 2);
  expect(await namesOf(orderId)).toEqual(expect.arrayContaining(['goods.GetGoods', 'order created']));
  expect(await found(anOrderId(), { traceIds: [traceId] })).toMatchObject({ events: [{ name: 'goods.GetGoods' }] });
});

it('what a process did and could not record before it died is read from the tables', async () => {
  const orderId = anOrderId();
  await schema.execute('INSERT INTO stock_hold (order_id, goods_id, goods_number, state) VALUES (?, 1, 1, 2)', [
    orderId,
  ]);
  log.info('stock held', { orderId });
  await eventually(async () => (await found(orderId)).events.some(({ fromTables }) => !fromTables));
  expect((await found(orderId)).events).toMatchObject([
    { name: 'stock held', fromTables: false },
    { name: 'stock released', fromTables: true, details: '{"quantity":1}' },
  ]);
});

it('the start of a process is part of the story of the orders before it', async () => {
  await eventually(async () => {
    const { events } = await found(anOrderId(), { sinceUs: '1' });
    return events.some(({ kind }) => kind === 'start');
  });
  expect((await found(anOrderId(), { sinceUs: String(nowUs()) })).events).toEqual([]);
});

it('under load events are dropped and counted, and an order never waits', async () => {
  const before = droppedEvents();
  const orderId = anOrderId();
  for (let i = 0; i < 20_000; i++) recordEvent({ kind: 'state', name: 'again', orderId, atUs: nowUs() });
  expect(droppedEvents() - before).toBeGreaterThan(10_000);
  expect((await found(orderId)).dropped).toBe(String(droppedEvents()));
});

it('switched off, nothing is recorded and a call is the call itself', async () => {
  configureTimeline(false);
  const call = () => Promise.resolve({});
  expect(recordedCall('call', 'goods.HoldStock', call)).toBe(call);
  expect(await found('1')).toMatchObject({ recording: false, events: [] });
  configureTimeline(true);
});
