/**
 * Five times the load that the system can take: what is taken must stay fast, the rest must be told to come back, and
 * afterwards all must be as before.
 *
 *   npm run bench:overload -- [--times 5] [--seconds 15]
 *
 * First as many orders as 48 clients get done; then orders at a multiple of that rate, whether or not earlier ones are
 * answered; then the 48 clients again. Exits with 1 when a promise is broken.
 */
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { addCoupons, goodsId, ours, prepare, SKUS } from './dataset.mjs';
import { load, percentile } from './load.mjs';
import { restClient } from './rest-client.mjs';
import { startStack } from './stack.mjs';

const { values: args } = parseArgs({
  options: { times: { type: 'string', default: '5' }, seconds: { type: 'string', default: '15' } },
});
const times = Number(args.times);
const overloadMs = Number(args.seconds) * 1_000;

const IN_FLIGHT = 48;
const WARM_UP_MS = 15_000;
const SUSTAINABLE_MS = 6_000;
const AFTERWARDS_MS = 8_000;
const MAX_ORDERS_PER_SECOND = 3_000;
/** More callers than this at a time would measure the generator. */
const MAX_CALLERS = 2_000;
const P99_LIMIT_MS = 2_000;
const RECOVERY_LIMIT_MS = 5_000;

const stack = await startStack();
try {
  await run(stack);
} finally {
  await stack.stop();
}

async function run({ database: { adminUrl }, processes }) {
  const database = await mysql.createConnection({ uri: adminUrl, supportBigNumbers: true, bigNumberStrings: true });
  await prepare(database);
  const orderPort = processes.find(({ name }) => name === 'order-service').ports.http;
  let nextOrder = 0;
  let accepted = 0;

  /** Orders whose coupons exist. */
  async function newOrders(count) {
    const orders = { first: nextOrder, count };
    nextOrder += count;
    await addCoupons(database, ours, orders.first, orders.count);
    return orders;
  }

  async function sustainable(orders, durationMs) {
    const client = restClient(orderPort, IN_FLIGHT);
    const doOne = (order) => client.placeOrder(order, goodsId(order % SKUS));
    const result = await load({ inFlight: IN_FLIGHT, durationMs, items: orders, doOne });
    await client.close();
    accepted += result.count;
    return result;
  }

  const ordersFor = (durationMs) => newOrders(Math.ceil((MAX_ORDERS_PER_SECOND * durationMs) / 1_000));
  await sustainable(await ordersFor(WARM_UP_MS), WARM_UP_MS);
  const before = await sustainable(await ordersFor(SUSTAINABLE_MS), SUSTAINABLE_MS);
  console.log(`sustainable: ${before.perSecond.toFixed(0)}/s, p99 ${before.p99Ms.toFixed(0)} ms`);

  const rate = before.perSecond * times;
  const during = await overload(orderPort, await newOrders(Math.ceil((rate * overloadMs) / 1_000)), rate);
  accepted += during.takenMs.length;
  const afterwardsOrders = await ordersFor(AFTERWARDS_MS);
  during.takenMs.sort((a, b) => a - b);
  during.refusedMs.sort((a, b) => a - b);
  console.log(
    `offered ${rate.toFixed(0)}/s for ${overloadMs / 1_000} s: ` +
      `taken ${during.takenMs.length} (${((during.takenMs.length * 1_000) / overloadMs).toFixed(0)}/s), p50 ${percentile(during.takenMs, 0.5).toFixed(0)} ms, ` +
      `p99 ${percentile(during.takenMs, 0.99).toFixed(0)} ms; refused ${during.refusedMs.length}, ` +
      `p99 ${percentile(during.refusedMs, 0.99).toFixed(0)} ms; not sent, no caller free: ${during.notSent}`,
  );

  let recoveredAfterMs;
  const startMs = performance.now();
  const second = { first: afterwardsOrders.first, count: Math.floor(afterwardsOrders.count / 8) };
  while (performance.now() - startMs < AFTERWARDS_MS && recoveredAfterMs === undefined) {
    const { perSecond, failures } = await sustainable(second, 1_000);
    second.first += second.count;
    if (failures.length === 0 && perSecond >= 0.9 * before.perSecond) recoveredAfterMs = performance.now() - startMs;
  }
  console.log(
    `afterwards: ${recoveredAfterMs === undefined ? 'not' : `within ${(recoveredAfterMs / 1_000).toFixed(0)} s`} back at 0.9 of the sustainable rate`,
  );

  const [[{ confirmed, unconfirmed }]] = await database.query(
    `SELECT COALESCE(SUM(order_status = 1), 0) AS confirmed, COALESCE(SUM(order_status = 0), 0) AS unconfirmed FROM ${ours('trade_order')}`,
  );
  console.log(
    `orders answered with 200: ${accepted}, confirmed in the database: ${confirmed}, unconfirmed: ${unconfirmed}`,
  );
  await database.query('DROP DATABASE bench_bare');
  await database.end();

  const broken = [
    before.failures.length > 0 && `failed below the limit: ${before.failures[0]}`,
    during.takenMs.length === 0 && 'nothing was taken',
    percentile(during.takenMs, 0.99) >= P99_LIMIT_MS && 'what was taken was late',
    during.wrong.length > 0 &&
      `${during.wrong.length} answers that are neither 200 nor 503 with Retry-After: ${during.wrong[0]}`,
    !(recoveredAfterMs <= RECOVERY_LIMIT_MS) && 'it did not recover in time',
    Number(confirmed) !== accepted && 'orders were lost, or confirmed without an answer',
  ].filter(Boolean);
  for (const promise of broken) console.log(`BROKEN: ${promise}`);
  if (broken.length > 0) process.exitCode = 1;
}

/** Sends orders at a fixed rate; who finds all callers busy is not sent, and counted. */
async function overload(orderPort, orders, rate) {
  const client = restClient(orderPort, MAX_CALLERS);
  const result = { takenMs: [], refusedMs: [], wrong: [], notSent: 0 };
  const underWay = new Set();
  const startMs = performance.now();
  let sent = 0;

  const send = async (order) => {
    const sentMs = performance.now();
    try {
      await client.placeOrder(order, goodsId(order % SKUS));
      result.takenMs.push(performance.now() - sentMs);
    } catch ({ message }) {
      if (/^HTTP\/1.1 503 /.test(message) && /^retry-after: /im.test(message)) {
        result.refusedMs.push(performance.now() - sentMs);
      } else {
        result.wrong.push(message);
      }
    }
  };
  while (sent < orders.count) {
    const due = Math.min(orders.count, Math.floor(((performance.now() - startMs) * rate) / 1_000));
    for (; sent < due; sent++) {
      if (underWay.size >= MAX_CALLERS) {
        result.notSent++;
        continue;
      }
      const call = send(orders.first + sent).finally(() => underWay.delete(call));
      underWay.add(call);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(underWay);
  await client.close();
  return result;
}
