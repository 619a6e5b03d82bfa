/**
 * The built-in broker next to a stub that stores nothing (what the official client can do at best) and, when ROCKETMQ_ENDPOINT
 * and ROCKETMQ_NAMESRV are set, an Apache RocketMQ 5. All sides run at the same time and are measured in turn, round by round;
 * medians with min-max. Only the ratios mean something.
 *
 *   npm run bench:mq -- [--quick] [--rounds 5] [--seconds 2] [--sides built-in,stub,apache] [--in-flight 1,16,64]
 *        [--tables sends,latency,drain,start,raw,idle,waiting] [--clients 1,2] [--backlog 50000] [--apache-flush SYNC_FLUSH] [--apache-pids 1,2,3]
 *
 * --apache-flush says how that RocketMQ flushes, which no client can ask; with the pids of its name server, broker and proxy its
 * CPU time and memory are printed as well.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { cpuMs } from '../orders/proc.mjs';
import { closeAll, rssMb, run, runAndClose, startBuiltIn, startClient, startStub, useApache } from './processes.mjs';
import { Verdicts } from '../verdicts.mjs';
import { percentile, printTable, ratioOf } from './report.mjs';

const { values: args } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    sides: { type: 'string', default: process.env.ROCKETMQ_ENDPOINT ? 'built-in,stub,apache' : 'built-in,stub' },
    'in-flight': { type: 'string', default: '1,16,64' },
    tables: { type: 'string' },
    clients: { type: 'string', default: '1,2' },
    backlog: { type: 'string' },
    'apache-flush': { type: 'string', default: 'ASYNC_FLUSH' },
    'apache-pids': { type: 'string', default: '' },
    verdicts: { type: 'string' },
  },
});
const rounds = Number(args.rounds ?? (args.quick ? 3 : 5));
const durationMs = Number(args.seconds ?? (args.quick ? 1 : 2)) * 1_000;
const backlog = Number(args.backlog ?? (args.quick ? 5_000 : 50_000));
const numbers = (list) => list.split(',').filter(Boolean).map(Number);
const DRAIN_ROUNDS = args.quick ? 2 : Math.min(rounds, 3);
/** Each side. A Java broker is not warm after three seconds: take its figures from a full run, or from one that has run for long. */
const WARM_UP_MS = args.quick ? 3_000 : 15_000;
const BODY_BYTES = 200;
const COLLECT_TIMEOUT_MS = 60_000;
const RATES = [100, 1_000];
const LATENCIES = [
  { name: 'p50 ms', digits: 2, ratios: true },
  { name: 'p99 ms', digits: 2, ratios: true },
];
const GROUP = 'bench_group';
/** Of their own for this run: on an Apache RocketMQ they stay. */
const prefix = `bench${process.pid}`;
const sendTopic = `${prefix}-sends`;
const latencyTopics = RATES.map((rate) => `${prefix}-paced-${rate}`);
const drainTopics = Array.from({ length: DRAIN_ROUNDS }, (_, round) => `${prefix}-backlog-${round}`);
/** What is aimed at: the least of the stub's sends, the most of its latency, the least of its drain. */
const AIMS = { 'built-in SYNC': 0.9, 'built-in ASYNC': 0.95 };
const LATENCY_AIM = 1.1;
const DRAIN_AIM = 0.9;
const verdicts = new Verdicts();
/** What is measured on all sides. */
const COMPARED = ['sends', 'latency', 'drain', 'start'];
/** What is measured on built-in brokers of its own, by a program each. */
const ALONE = {
  raw: {
    title: 'raw load on a built-in broker of its own: what a durable send costs it, and its ceiling',
    program: 'raw-load.mjs',
    options: args.quick ? ['--rounds', '2', '--seconds', '2'] : ['--rounds', String(rounds)],
  },
  idle: { title: 'nothing to do', program: 'idle.mjs', options: [] },
  waiting: { title: 'messages that wait', program: 'waiting.mjs', options: ['--rounds', String(rounds)] },
};
const tables = args.tables?.split(',') ?? [...COMPARED, 'raw', ...(args.quick ? [] : ['idle', 'waiting'])];
const topics = [sendTopic, ...latencyTopics, ...drainTopics];

async function startSides() {
  const starts = {
    'built-in': [
      () => startBuiltIn('built-in SYNC', 'SYNC_FLUSH', topics),
      () => startBuiltIn('built-in ASYNC', 'ASYNC_FLUSH', topics),
    ],
    stub: [() => startStub(topics)],
    apache: [() => useApache(args['apache-flush'], topics, numbers(args['apache-pids']))],
  };
  const sides = [];
  for (const name of args.sides.split(',')) {
    if (!starts[name]) throw new Error(`--sides ${name}: built-in, stub or apache`);
    for (const start of starts[name]) sides.push(await start());
  }
  return sides;
}

/** Every side in turn, round by round: results by name of the side. */
async function interleaved(sides, times, measure) {
  const results = new Map(sides.map((side) => [side.name, []]));
  for (let round = 0; round < times; round++) {
    for (const side of sides) results.get(side.name).push(await measure(side, round));
  }
  return results;
}

const cpuOf = ({ pids }) =>
  pids.length === 0 ? Number.NaN : pids.reduce((sum, pid) => sum + cpuMs([{ name: 'side', pid }]).side, 0);

async function sends(side, clients, inFlight, ms) {
  const cpuBefore = cpuOf(side);
  const options = { side: side.name, topic: sendTopic, inFlight, ms, bodyBytes: BODY_BYTES };
  const results = await Promise.all(clients.map((client) => client.ask('send', options)));
  const latenciesMs = results.flatMap((result) => result.latenciesMs);
  return {
    'sends/s': results.reduce((sum, result) => sum + result.perSecond, 0),
    'p50 ms': percentile(latenciesMs, 0.5),
    'p99 ms': percentile(latenciesMs, 0.99),
    'server us/send': ((cpuOf(side) - cpuBefore) * 1_000) / latenciesMs.length,
  };
}

async function sendTables(sides, clients) {
  const figures = [
    { name: 'sends/s', ratios: true },
    { name: 'p50 ms', digits: 2 },
    { name: 'p99 ms', digits: 2 },
    { name: 'server us/send' },
  ];
  for (const count of numbers(args.clients)) {
    for (const inFlight of numbers(args['in-flight'])) {
      const results = await interleaved(sides, rounds, (side) =>
        sends(side, clients.slice(0, count), inFlight, durationMs),
      );
      printTable(
        `${count} client${count > 1 ? 's' : ''}, ${inFlight} in flight${count > 1 ? ' each' : ''}`,
        figures,
        results,
      );
      judge(results, (side, aim, ratio) =>
        verdicts.atLeast(
          `${side} : stub, sends/s, ${count} client${count > 1 ? 's' : ''}, ${inFlight} in flight`,
          ratio('sends/s'),
          aim,
        ),
      );
    }
  }
}

/** From before the send to the listener; sender and listener are processes of their own. */
async function latencyTables(sides, [sender]) {
  for (const [i, perSecond] of RATES.entries()) {
    const topic = latencyTopics[i];
    const listeners = new Map();
    const paced = async (side) => {
      const listener = listeners.get(side.name);
      const ms = durationMs * (perSecond < 1_000 ? 2 : 1);
      const count = await sender.ask('pace', { side: side.name, topic, perSecond, ms, bodyBytes: BODY_BYTES });
      const { latenciesMs } = await listener.ask('collect', { topic, count, timeoutMs: COLLECT_TIMEOUT_MS });
      return { 'p50 ms': percentile(latenciesMs, 0.5), 'p99 ms': percentile(latenciesMs, 0.99) };
    };
    for (const side of sides) {
      const listener = await startClient();
      await listener.ask('listen', { endpoint: side.endpoint, topic, group: GROUP });
      listeners.set(side.name, listener);
      await paced(side); // compiles the listener, and waits until it has its queues
    }
    const results = await interleaved(sides, rounds, paced);
    printTable(`send to listener, ${perSecond}/s`, LATENCIES, results);
    judge(results, (side, _, ratio) => {
      if (side !== 'built-in SYNC' || perSecond !== RATES[0]) return;
      for (const { name } of LATENCIES) {
        verdicts.atMost(
          `${side} : stub, send to listener at ${perSecond}/s, ${name.slice(0, 3)}`,
          ratio(name),
          LATENCY_AIM,
        );
      }
    });
    await Promise.all([...listeners.values()].map((listener) => listener.close()));
  }
}

async function drainTable(sides, clients) {
  const results = await interleaved(sides, DRAIN_ROUNDS, async (side, round) => {
    const topic = drainTopics[round];
    const share = { side: side.name, topic, inFlight: 64, bodyBytes: BODY_BYTES };
    const counts = clients.map((_, i) => Math.floor((backlog + i) / clients.length));
    await Promise.all(clients.map((client, i) => client.ask('send', { ...share, count: counts[i] })));
    const listener = await startClient();
    await listener.ask('listen', { endpoint: side.endpoint, topic, group: GROUP });
    const { perSecond } = await listener.ask('collect', { topic, count: backlog, timeoutMs: COLLECT_TIMEOUT_MS });
    await listener.close();
    return { 'messages/s': perSecond };
  });
  printTable(`drain of ${backlog}, a new client`, [{ name: 'messages/s', ratios: true }], results);
  judge(results, (side, _, ratio) =>
    verdicts.atLeast(`${side} : stub, drain of ${backlog}`, ratio('messages/s'), DRAIN_AIM),
  );
}

/** Tells what the built-in sides are to the stub. */
function judge(results, tell) {
  const reference = results.get('stub');
  if (!reference) return;
  for (const [side, aim] of Object.entries(AIMS)) {
    const ours = results.get(side);
    if (ours) tell(side, aim, (figure) => ratioOf(ours, reference, figure));
  }
}

async function compare() {
  const clients = await Promise.all(Array.from({ length: Math.max(...numbers(args.clients)) }, startClient));
  const sides = await startSides();
  console.log(
    `node ${process.version}, ${os.cpus().length} cores; sides: ${sides.map(({ name }) => name).join(', ')}; ` +
      `bodies of ${BODY_BYTES} bytes; ${rounds} rounds of ${durationMs / 1_000} s; medians (min-max)`,
  );
  for (const side of sides) {
    side.idleMb = rssMb(side.pids);
    for (const client of clients) {
      const ms = await client.ask('connect', { side: side.name, endpoint: side.endpoint, topics: [sendTopic] });
      side.firstSendMs ??= ms + (side.startMs ?? Number.NaN);
    }
  }
  for (const side of sides) await sends(side, clients, 64, WARM_UP_MS);
  if (tables.includes('sends')) await sendTables(sides, clients);
  if (tables.includes('latency')) await latencyTables(sides, clients);
  if (tables.includes('drain')) await drainTable(sides, clients);
  if (tables.includes('start')) startTable(sides);
  await closeAll();
  verdicts.print();
  verdicts.save(args.verdicts);
}

async function main() {
  const unknown = tables.find((table) => !COMPARED.includes(table) && !ALONE[table]);
  if (unknown) throw new Error(`--tables ${unknown}: one of ${[...COMPARED, ...Object.keys(ALONE)].join(', ')}`);
  if (COMPARED.some((table) => tables.includes(table))) await compare();
  if (!args.sides.split(',').includes('built-in')) return;
  for (const [table, { title, program, options }] of Object.entries(ALONE)) {
    if (!tables.includes(table)) continue;
    console.log(`\n${title}`);
    await run(program, [...options, ...(args.verdicts ? ['--verdicts', args.verdicts] : [])]);
  }
}

function startTable(sides) {
  const atOnce = new Map(
    sides.map((side) => [
      side.name,
      [
        {
          'listening ms': side.startMs ?? Number.NaN,
          'first send ms': side.firstSendMs,
          'RSS idle MB': side.idleMb,
          'RSS after MB': rssMb(side.pids),
        },
      ],
    ]),
  );
  printTable(
    'start and memory, once',
    ['listening ms', 'first send ms', 'RSS idle MB', 'RSS after MB'].map((name) => ({ name })),
    atOnce,
  );
}

await runAndClose(main);
