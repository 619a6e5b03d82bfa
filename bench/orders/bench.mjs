/**
 * Confirmed orders per second through the whole system, side by side with the bare SQL of the same order.
 *
 *   npm run bench:orders -- [--seconds 5] [--rounds 3] [--in-flight 1,16,48]
 *
 * Starts a stack of its own in a temporary folder, with full durability in database and broker. Each round measures
 * both sides of every case, one after the other; the table shows medians. Only the ratios mean something.
 */
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { bareSql } from './bare-sql.mjs';
import { cpuMs } from './cpu.mjs';
import { addCoupons, bare, goodsId, ours, prepare, SKUS } from './dataset.mjs';
import { load, median } from './load.mjs';
import { restClient } from './rest-client.mjs';
import { startStack } from './stack.mjs';

/** Until the hot code of seven processes is compiled; a cold virtual machine is no reference. */
const WARM_UP_MS = 25_000;
/** More orders than any side can place in a measurement of one second. */
const MAX_ORDERS_PER_SECOND = 3_000;
const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    'in-flight': { type: 'string', default: '1,16,48' },
  },
});
const durationMs = Number(args.seconds) * 1_000;
const rounds = Number(args.rounds);
const inFlights = args['in-flight'].split(',').map(Number);
const skuOf = { spread: (order) => goodsId(order % SKUS), 'one hot SKU': () => goodsId(0) };

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
  const sides = {
    ours: { place: ours, open: (inFlight) => restClient(orderPort, inFlight) },
    bare: { place: bare, open: () => bareSql(adminUrl) },
  };
  let nextOrder = 0;

  async function measure(side, inFlight, skus, forMs) {
    const orders = { first: nextOrder, count: Math.ceil((MAX_ORDERS_PER_SECOND * forMs) / 1_000) };
    nextOrder += orders.count;
    await addCoupons(database, side.place, orders.first, orders.count);
    const client = side.open(inFlight);
    const before = cpuMs(processes);
    const result = await load({
      inFlight,
      durationMs: forMs,
      orders,
      placeOrder: (order) => client.placeOrder(order, skuOf[skus](order)),
    });
    const after = cpuMs(processes);
    await client.close();
    if (result.failures.length > 0) {
      throw new Error(`${result.failures.length} orders failed, the first with ${result.failures[0]}`);
    }
    const cpuPerOrderMs = Object.fromEntries(
      Object.keys(after).map((name) => [name, (after[name] - before[name]) / result.orders]),
    );
    return { ...result, cpuPerOrderMs };
  }

  for (const side of Object.values(sides)) await measure(side, Math.max(...inFlights), 'spread', WARM_UP_MS);

  console.log(`\n${rounds} rounds of ${durationMs / 1_000} s; medians; latencies in ms\n`);
  console.log('skus         in flight |  ours/s  p50   p99 |  bare/s  p50   p99 | ratio (min-max)');
  for (const skus of Object.keys(skuOf)) {
    for (const inFlight of inFlights) {
      const results = { ours: [], bare: [] };
      for (let round = 0; round < rounds; round++) {
        for (const name of ['ours', 'bare']) results[name].push(await measure(sides[name], inFlight, skus, durationMs));
      }
      const ratios = results.ours.map((result, round) => result.perSecond / results.bare[round].perSecond);
      const cell = (name) =>
        `${number(results[name], 'perSecond', 7)} ${number(results[name], 'p50Ms', 4)} ${number(results[name], 'p99Ms', 5)}`;
      console.log(
        `${skus.padEnd(12)} ${String(inFlight).padStart(9)} | ${cell('ours')} | ${cell('bare')} | ` +
          `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`,
      );
      for (const name of ['ours', 'bare']) printCpu(name, results[name]);
    }
  }
  await database.query('DROP DATABASE bench_bare');
  await database.end();
}

function number(results, field, width) {
  const digits = field === 'perSecond' ? 0 : 1;
  return median(results.map((result) => result[field]))
    .toFixed(digits)
    .padStart(width);
}

function printCpu(side, results) {
  const names = Object.keys(results[0].cpuPerOrderMs);
  const medians = names.map((name) => median(results.map((result) => result.cpuPerOrderMs[name])));
  const total = medians.reduce((sum, value) => sum + value, 0);
  const parts = names.map((name, index) => `${name} ${medians[index].toFixed(2)}`);
  console.log(`  CPU ms per order, ${side}: ${total.toFixed(2)} = ${parts.join(' + ')}`);
}
