/**
 * A broker in which 10,000,000 messages wait, next to an empty one: how fast it starts, after a proper stop and after a kill
 * under load; its memory; and how fast it sends and receives, both brokers in turn, round by round. What is received is the
 * oldest of what waits, and it is acknowledged.
 *
 *   node bench/mq/waiting.mjs [--messages 10000000] [--rounds 5] [--per-round 50000] [--flush SYNC_FLUSH]
 */
import { statfsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Verdicts } from '../verdicts.mjs';
import { cpuMs } from '../orders/proc.mjs';
import { closeAll, peakRssMb, runAndClose, startBuiltIn, temporaryDirectory } from './processes.mjs';
import { ReceiveLoad } from './receive-load.mjs';
import { printTable, ratioOf } from './report.mjs';
import { pause, SendLoad } from './send-load.mjs';

const TOPIC = 'waiting';
const GROUP = 'bench_group';
const BODY_BYTES = 200;
const FILL_BATCH = 32;
/** On disk, with the indexes. */
const BYTES_PER_MESSAGE = 700;
/** With less than this the broker would remove the oldest messages on a disk that is nearly full. */
const ROOM_TO_SPARE_BYTES = 12 * 2 ** 30;
const STOP_WITHIN_MS = 60_000;
/** A broker writes a checkpoint every 10 s: after this long it has about as much to read again as it ever has. */
const LOAD_BEFORE_KILL_MS = 9_000;
/** What is aimed at. */
const LEAST_OF_EMPTY = 0.9;
const MOST_RSS_MB = 300;
const MOST_START_MS = 3_000;

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '5' },
    'per-round': { type: 'string', default: '50000' },
    flush: { type: 'string', default: 'SYNC_FLUSH' },
    verdicts: { type: 'string' },
  },
});
const messages = Number(options.messages);
const perRound = Number(options['per-round']);
if (!(messages >= 1 && perRound >= 1)) throw new Error('--messages and --per-round must be numbers from 1 on');
const verdicts = new Verdicts();
const grouped = (count) => count.toLocaleString('en-US');

function checkRoom(directory) {
  const { bavail, bsize } = statfsSync(directory);
  const neededBytes = messages * BYTES_PER_MESSAGE + ROOM_TO_SPARE_BYTES;
  const gib = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  if (bavail * bsize < neededBytes)
    throw new Error(
      `${grouped(messages)} messages need ${gib(neededBytes)} of disk, and ${directory} has ${gib(bavail * bsize)}: ` +
        'take fewer with --messages, or another directory with TMPDIR',
    );
}

const start = (dataDir) => startBuiltIn('built-in', options.flush, [TOPIC], { dataDir });

function sendLoad({ endpoint }, batch) {
  return new SendLoad(endpoint, { topic: TOPIC, connections: 4, bodyBytes: BODY_BYTES, batch });
}

async function fill(broker) {
  const load = sendLoad(broker, FILL_BATCH);
  const startedMs = performance.now();
  load.start(16);
  await load.untilSent(messages);
  const seconds = (performance.now() - startedMs) / 1_000;
  await load.stop();
  load.close();
  console.log(`${grouped(messages)} messages sent in ${seconds.toFixed(0)} s, ${FILL_BATCH} in a request`);
}

async function killUnderLoad(broker) {
  const load = sendLoad(broker);
  const { ended } = load;
  load.start(64);
  await pause(LOAD_BEFORE_KILL_MS);
  const { sent } = load;
  await broker.close('SIGKILL');
  await ended;
  return sent;
}

/** A broker with its connections. */
function sideOf(broker) {
  return {
    broker,
    sender: sendLoad(broker),
    receiver: new ReceiveLoad(broker.endpoint, { topic: TOPIC, group: GROUP, connections: 4, pollsEach: 2 }),
  };
}

async function round({ broker, sender, receiver }) {
  const cpu = () => cpuMs([{ name: 'broker', pid: broker.pids[0] }]).broker;
  sender.reset();
  const cpuAtStartMs = cpu();
  const startedMs = performance.now();
  sender.start(64);
  await sender.untilSent(perRound);
  const { sent } = sender;
  const sendsPerSecond = (sent * 1_000) / (performance.now() - startedMs);
  const cpuOfSendsMs = cpu() - cpuAtStartMs;
  await sender.stop();
  const cpuBetweenMs = cpu();
  const received = await receiver.receive(sender.sent);
  return {
    'sends/s': sendsPerSecond,
    'CPU us/send': (cpuOfSendsMs * 1_000) / sent,
    'received/s': (received.count * 1_000) / received.ms,
    'CPU us/received': ((cpu() - cpuBetweenMs) * 1_000) / received.count,
  };
}

async function rates(full, empty) {
  const name = `${grouped(messages)} waiting`;
  const sides = [
    [name, sideOf(full)],
    ['empty', sideOf(empty)],
  ];
  const results = new Map(sides.map(([side]) => [side, []]));
  for (const [, side] of sides) await round(side);
  for (let i = 0; i < Number(options.rounds); i++) {
    for (const [side, parts] of sides) results.get(side).push(await round(parts));
  }
  const figures = ['sends/s', 'received/s'];
  printTable(
    `raw load, ${options.flush}`,
    [
      { name: 'sends/s', ratios: true },
      { name: 'CPU us/send', digits: 1 },
      { name: 'received/s', ratios: true },
      { name: 'CPU us/received', digits: 1 },
    ],
    results,
  );
  for (const figure of figures)
    verdicts.atLeast(
      `${name} : empty, ${figure}`,
      ratioOf(results.get(name), results.get('empty'), figure),
      LEAST_OF_EMPTY,
    );
  for (const [, { sender, receiver }] of sides) {
    sender.close();
    receiver.close();
  }
}

await runAndClose(async () => {
  const dataDir = temporaryDirectory();
  checkRoom(dataDir);
  const filled = await start(dataDir);
  await fill(filled);
  const peakMb = { 'the fill': peakRssMb(filled.pids) };
  await filled.close('SIGTERM', STOP_WITHIN_MS);
  const again = await start(dataDir);
  peakMb['a start'] = peakRssMb(again.pids);
  const sent = await killUnderLoad(again);
  const full = await start(dataDir);
  peakMb['a start after a kill'] = peakRssMb(full.pids);
  console.log(
    `listening after ${again.startMs.toFixed(0)} ms; killed while it stored the last of ${grouped(sent)} in ` +
      `${LOAD_BEFORE_KILL_MS / 1_000} s, and listening after ${full.startMs.toFixed(0)} ms`,
  );
  await rates(full, await start(temporaryDirectory()));
  peakMb['the load'] = peakRssMb(full.pids);
  const peaks = Object.entries(peakMb).map(([until, mb]) => `${mb.toFixed(0)} until the end of ${until}`);
  console.log(`most RSS, MB: ${peaks.join(', ')}`);
  verdicts.atMost(`most RSS MB, ${grouped(messages)} waiting`, Math.max(...Object.values(peakMb)), MOST_RSS_MB);
  verdicts.atMost(`start ms, ${grouped(messages)} waiting`, again.startMs, MOST_START_MS);
  verdicts.atMost('start ms, killed under load before', full.startMs, MOST_START_MS);
  await closeAll();
  verdicts.print();
  verdicts.save(options.verdicts);
});
