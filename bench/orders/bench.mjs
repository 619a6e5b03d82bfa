/**
 * Orders and payments through the whole system, side by side with what the database alone needs for them.
 *
 *   npm run bench:orders -- [--quick] [--seconds 5] [--rounds 5] [--in-flight 1,16,48] [--tables …]
 *
 *     confirm     confirmed orders a second, over 1,000 SKUs and over one, against the bare SQL of the order in five commits
 *     alone       one order and nothing else, against the same statements as the services run over mysql2
 *     callbacks   payment callbacks against one durable update of one row, at the same time
 *     cost        of an order: round trips, statements and writes of the database, calls and messages
 *     memory      of all processes after that load
 *     year        the same load with --rows orders in the tables (not by default: minutes, and gigabytes)
 *
 * Starts a stack of its own in a temporary folder, with full durability in database and broker. Each round measures all
 * sides of a case, one after the other; the tables show medians. Only the ratios mean something.
 */
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { Verdicts } from '../verdicts.mjs';
import { bareSql } from './bare-sql.mjs';
import { addPayments, callbackEnvironment, callbacks, rowUpdates } from './callbacks.mjs';
import { addCoupons, bare, emptyBare, goodsId, ours, prepare, SKUS } from './dataset.mjs';
import { costCounters } from './cost.mjs';
import { load, median, paced } from './load.mjs';
import { cpuMs, memoryMb } from './proc.mjs';
import { restClient } from './rest-client.mjs';
import { sameStatements } from './same-statements.mjs';
import { startStack } from './stack.mjs';
import { addYear, rowsRead, writeAllPages } from './year.mjs';

const { values: args } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    'in-flight': { type: 'string' },
    tables: { type: 'string', default: 'confirm,alone,callbacks,cost,memory' },
    rows: { type: 'string', default: '5000000' },
    verdicts: { type: 'string' },
  },
});
const durationMs = Number(args.seconds ?? (args.quick ? 1.5 : 5)) * 1_000;
const rounds = Number(args.rounds ?? (args.quick ? 3 : 5));
/** The most first: a lone order is measured when all code is warm. */
const inFlights = (args['in-flight'] ?? (args.quick ? '48,16' : '48,16,1')).split(',').map(Number);
const most = Math.max(...inFlights);
/**
 * Until the hot code of seven processes is compiled; a cold virtual machine is no reference. A lone order, which shares
 * nothing, goes through code of its own.
 */
const WARM_UP_MS = args.quick ? { together: 8_000, alone: 4_000 } : { together: 25_000, alone: 15_000 };
/** More than any side can take in a second. */
const MAX_PER_SECOND = { orders: 4_000, payments: 9_000 };
const CALLBACKS_IN_FLIGHT = 16;
const CALLBACKS_PER_SECOND = 100;
const PACED_WARM_UP_MS = 500;
/** A p99 of fewer than a thousand is chance. */
const PACED_MS = args.quick ? durationMs : Math.max(durationMs, 10_000);
const NAMES = { ours: 'ours', same: 'the same statements', bare: 'bare SQL, five commits' };
const skusOf = { spread: (order) => goodsId(order % SKUS), 'one hot SKU': () => goodsId(0) };

const verdicts = new Verdicts();
const stack = await startStack(callbackEnvironment);
try {
  await run(stack);
} finally {
  await stack.stop();
}

async function run({ database: { adminUrl }, processes }) {
  const database = await mysql.createConnection({ uri: adminUrl, supportBigNumbers: true, bigNumberStrings: true });
  await prepare(database);
  const portOf = (service) => processes.find(({ name }) => name === service).ports.http;
  let used = 0;

  /** A side that places orders. */
  const placing = (place, open) => ({
    async measure(inFlight, forMs, skus = 'spread') {
      const orders = { first: used, count: Math.ceil((MAX_PER_SECOND.orders * forMs) / 1_000) };
      used += orders.count;
      await addCoupons(database, place, orders.first, orders.count);
      const client = open(inFlight);
      return measured(inFlight, forMs, orders, client, (order) => client.placeOrder(order, skusOf[skus](order)));
    },
  });
  /** A side that takes payments. */
  const paying = (open) => {
    const withPayments = async (perSecond, inFlight, forMs, take) => {
      const payments = { first: used, count: Math.ceil((perSecond * forMs) / 1_000) };
      used += payments.count;
      await addPayments(database, payments.first, payments.count);
      return take(payments, open(inFlight));
    };
    return {
      measure: (inFlight, forMs) =>
        withPayments(MAX_PER_SECOND.payments, inFlight, forMs, (payments, client) =>
          measured(inFlight, forMs, payments, client, (payment) => client.take(payment)),
        ),
      pace: (forMs) =>
        withPayments(CALLBACKS_PER_SECOND, most, PACED_WARM_UP_MS + forMs, async (payments, client) => {
          const doOne = (payment) => client.take(payment);
          const unmeasured = (CALLBACKS_PER_SECOND * PACED_WARM_UP_MS) / 1_000;
          const result = await paced({ perSecond: CALLBACKS_PER_SECOND, unmeasured, items: payments, doOne });
          await client.close();
          return result;
        }),
    };
  };

  async function measured(inFlight, forMs, items, client, doOne) {
    const before = cpuMs(processes);
    const result = await load({ inFlight, durationMs: forMs, items, doOne });
    const after = cpuMs(processes);
    await client.close();
    if (result.failures.length > 0)
      throw new Error(`${result.failures.length} failed, the first: ${result.failures[0]}`);
    const cpuMsEach = Object.fromEntries(
      Object.keys(after).map((name) => [name, (after[name] - before[name]) / result.count]),
    );
    return { ...result, cpuMsEach };
  }

  const sides = {
    ours: placing(ours, (inFlight) => restClient(portOf('order-service'), inFlight)),
    bare: placing(bare, () => bareSql(adminUrl)),
    same: placing(ours, () => sameStatements(adminUrl)),
    callback: paying((inFlight) => callbacks(portOf('pay-service'), inFlight)),
    update: paying(() => rowUpdates(adminUrl)),
  };

  console.log(`${rounds} rounds of ${durationMs / 1_000} s; medians (min-max); latencies in ms`);
  for (const name of ['ours', 'bare']) {
    await sides[name].measure(most, WARM_UP_MS.together);
    await sides[name].measure(1, WARM_UP_MS.alone);
  }
  const tables = args.tables.split(',');
  if (tables.includes('confirm')) await confirmTable(sides);
  if (tables.includes('alone')) await aloneTable(sides);
  if (tables.includes('callbacks')) await callbackTable(sides);
  if (tables.includes('cost')) await costTable(sides.ours, costCounters(database, processes));
  if (tables.includes('memory')) memoryTable(processes);
  if (tables.includes('year')) await yearTable(sides, database);
  verdicts.print();
  verdicts.save(args.verdicts);
  await database.query('DROP DATABASE bench_bare');
  await database.end();
}

/** Results of each side, a list over the rounds. */
async function interleaved(names, measure) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results[name].push(await measure(name));
  }
  return results;
}

async function confirmTable(sides) {
  console.log(`\n${'confirmed orders'.padEnd(24)} |  ours/s   p50    p99 |  bare/s   p50    p99 | ours : bare`);
  const oursPerSecond = {};
  for (const skus of Object.keys(skusOf)) {
    for (const inFlight of inFlights) {
      const results = await interleaved(['ours', 'bare'], (name) => sides[name].measure(inFlight, durationMs, skus));
      const perSecond = ratios(results.ours, results.bare, 'perSecond');
      console.log(
        `${skus.padEnd(12)}${String(inFlight).padStart(2)} in flight | ${cells(results.ours)} | ${cells(results.bare)} | ${perSecond}`,
      );
      for (const name of ['ours', 'bare']) printCpu(`an order, ${name}`, results[name]);
      const isMost = inFlight === most;
      const aim = isMost && skus === 'spread' ? 0.5 : 0.3;
      verdicts.atLeast(`orders, ${inFlight} in flight, ${skus}: ours : bare SQL`, perSecond.median, aim);
      if (!isMost) continue;
      oursPerSecond[skus] = perSecond.ours;
      if (skus === 'spread') verdicts.atMost('CPU ms of an order, all processes', medianCpuMs(results.ours), 3);
    }
  }
  const hot = oursPerSecond['one hot SKU'] / oursPerSecond.spread;
  verdicts.atLeast(`orders, ${most} in flight: one hot SKU : spread`, hot, 0.9);
}

async function aloneTable(sides) {
  const results = await interleaved(['ours', 'same', 'bare'], (name) => sides[name].measure(1, durationMs));
  console.log('\none order, alone         |       /s   p50    p99 | p50 of ours : this');
  for (const name of Object.keys(results)) {
    const ratio = ratios(results.ours, results[name], 'p50Ms');
    console.log(`${NAMES[name].padEnd(24)} | ${cells(results[name])} | ${name === 'ours' ? '' : ratio}`);
    if (name === 'same') verdicts.atMost('one order alone, p50: ours : the same statements', ratio.median, 3);
  }
}

/** Both at once, so that both meet the same machine: a callback has its messages to send, and three listeners to hear them. */
async function callbackTable(sides) {
  const [update, callback] = [sides.update, sides.callback];
  await callback.measure(CALLBACKS_IN_FLIGHT, durationMs);
  const results = { callback: [], update: [] };
  for (let round = 0; round < rounds; round++) {
    const [ours, reference] = await Promise.all([callback.pace(PACED_MS), update.pace(PACED_MS)]);
    results.callback.push(ours);
    results.update.push(reference);
  }
  console.log(`\n${CALLBACKS_PER_SECOND} callbacks a second   |       /s   p50    p99 | of ours : update, p50, p99`);
  const [p50, p99] = [
    ratios(results.callback, results.update, 'p50Ms'),
    ratios(results.callback, results.update, 'p99Ms'),
  ];
  console.log(`${'ours'.padEnd(24)} | ${cells(results.callback)} | ${p50}, ${p99}`);
  console.log(`${'one durable row update'.padEnd(24)} | ${cells(results.update)} |`);
  verdicts.atMost(`callback p99 at ${CALLBACKS_PER_SECOND}/s: ours : one durable row update`, p99.median, 2);

  const most = await interleaved(['callback'], () => callback.measure(CALLBACKS_IN_FLIGHT, durationMs));
  console.log(`${`ours, ${CALLBACKS_IN_FLIGHT} in flight`.padEnd(24)} | ${cells(most.callback)} |`);
  printCpu('a callback and its messages', most.callback);
}

async function costTable(ours, read) {
  console.log('\ncost of an order');
  for (const inFlight of inFlights) {
    const before = await read();
    const { count } = await ours.measure(inFlight, durationMs);
    const after = await read();
    const parts = Object.keys(after).map((name) => `${name} ${((after[name] - before[name]) / count).toFixed(2)}`);
    console.log(`  ${String(inFlight).padStart(2)} in flight: ${parts.join(', ')}`);
  }
}

/** Before and after; the bare SQL starts with empty tables both times and tells what the machine did meanwhile. */
async function yearTable(sides, database) {
  await emptyBare(database);
  const measure = () => interleaved(['ours', 'bare'], (name) => sides[name].measure(most, durationMs));
  const before = await measure();
  console.log(`\nadding ${args.rows} orders`);
  await addYear(database, Number(args.rows));
  await writeAllPages(database);
  // Its pages come from the disk first.
  const first = await sides.ours.measure(most, durationMs);
  await sides.ours.measure(most, WARM_UP_MS.together);
  await emptyBare(database);
  const readBefore = await rowsRead(database);
  const after = await measure();
  const readAfter = await rowsRead(database);
  const orders = [...after.ours, ...after.bare].reduce((sum, { count }) => sum + count, 0);
  console.log(`${most} in flight, empty tables | ${cells(before.ours)} | bare ${cells(before.bare)}`);
  console.log(`${most} in flight, ${args.rows} orders | ${cells(after.ours)} | bare, empty ${cells(after.bare)}`);
  console.log(`the first ${durationMs / 1_000} s after they were added, once | ${cells([first])}`);
  const each = (name) => (readAfter[name] - readBefore[name]) / orders;
  console.log(
    `rows read an order: ${each('scanned').toFixed(2)} without an index, ${each('alongIndexes').toFixed(2)} along one`,
  );
  const ofBare = (results) => ratios(results.ours, results.bare, 'perSecond').median;
  verdicts.atLeast(`orders/s with ${args.rows} in the tables : empty tables`, ofBare(after) / ofBare(before), 0.9);
  verdicts.atMost('rows read without an index, an order', each('scanned'), 1);
}

function memoryTable(processes) {
  const stackOnly = processes.filter(({ name }) => name !== 'load generator');
  const memory = memoryMb(stackOnly);
  const totalMb = Object.values(memory).reduce((sum, mb) => sum + mb, 0);
  const parts = Object.entries(memory).map(([name, mb]) => `${name} ${mb.toFixed(0)}`);
  console.log(`\nmemory after that load, MiB: ${totalMb.toFixed(0)} = ${parts.join(' + ')}`);
  verdicts.atMost('memory of the stack after load, GiB', totalMb / 1_024, 1.2);
}

/** Per round, and told as their median with min-max. */
function ratios(of, to, field) {
  const all = of.map((result, round) => result[field] / to[round][field]);
  return {
    median: median(all),
    ours: median(of.map((result) => result[field])),
    toString: () => `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)})`,
  };
}

function cells(results) {
  const cell = (field, digits, width) =>
    median(results.map((result) => result[field]))
      .toFixed(digits)
      .padStart(width);
  return `${cell('perSecond', 0, 8)} ${cell('p50Ms', 2, 5)} ${cell('p99Ms', 2, 6)}`;
}

function medianCpuMs(results) {
  return median(results.map(({ cpuMsEach }) => Object.values(cpuMsEach).reduce((sum, ms) => sum + ms, 0)));
}

function printCpu(what, results) {
  const names = Object.keys(results[0].cpuMsEach);
  const parts = names.map((name) => `${name} ${median(results.map(({ cpuMsEach }) => cpuMsEach[name])).toFixed(2)}`);
  console.log(`  CPU ms of ${what}: ${medianCpuMs(results).toFixed(2)} = ${parts.join(' + ')}`);
}
