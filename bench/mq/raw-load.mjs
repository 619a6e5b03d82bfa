/**
 * What one durable send costs the broker itself: pre-encoded SendMessage calls over several HTTP/2 connections, so that the broker
 * and not the client is what is busy. Several brokers (--broker, repeatable) are measured in turn, round by round, and compared
 * with the first.
 *
 *   node bench/mq/raw-load.mjs [--broker apps/mq-broker/dist/main.js]… [--in-flight 64,256] [--connections 4]
 *        [--rounds 5] [--seconds 4] [--warm-up 20000] [--body-bytes 200] [--flush SYNC_FLUSH] [--tls]
 */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuMs } from '../orders/proc.mjs';
import { median } from '../orders/load.mjs';
import { Verdicts } from '../verdicts.mjs';
import { BROKER, runAndClose, startBuiltIn } from './processes.mjs';
import { ROOT } from './protocol.mjs';
import { pause, SendLoad } from './send-load.mjs';

const TOPIC = 'load';

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', multiple: true, default: [BROKER] },
    'in-flight': { type: 'string', default: '64,256' },
    connections: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    'warm-up': { type: 'string', default: '20000' },
    'body-bytes': { type: 'string', default: '200' },
    flush: { type: 'string', default: 'SYNC_FLUSH' },
    tls: { type: 'boolean', default: false },
    verdicts: { type: 'string' },
  },
});

/** Of the processor time of a send, and of what one core is good for. */
const MOST_US = 60;
const LEAST_PER_CORE = 15_000;
const verdicts = new Verdicts();

const cpuOf = ({ name, pids: [pid] }) => cpuMs([{ name, pid }])[name];

/** One round: sends/s, CPU of the broker, latencies. */
async function measure(broker, load, inFlight, seconds) {
  load.start(inFlight);
  await pause(300);
  load.reset();
  const cpuBefore = cpuOf(broker);
  const startedAt = performance.now();
  await pause(seconds * 1000);
  const sends = load.sent;
  const elapsedMs = performance.now() - startedAt;
  const cpuUsedMs = cpuOf(broker) - cpuBefore;
  const latenciesMs = load.latenciesMs.sort((a, b) => a - b);
  await load.stop();
  return {
    sendsPerSecond: (sends / elapsedMs) * 1000,
    cpuUsPerSend: (cpuUsedMs * 1000) / sends,
    cores: cpuUsedMs / elapsedMs,
    p50Ms: latenciesMs[Math.floor(latenciesMs.length * 0.5)],
    p99Ms: latenciesMs[Math.floor(latenciesMs.length * 0.99)],
  };
}

await runAndClose(async () => {
  const brokers = [];
  for (const main of options.broker) {
    const broker = await startBuiltIn(main, options.flush, [TOPIC], { main: resolve(main) });
    const load = new SendLoad(broker.endpoint, {
      topic: TOPIC,
      connections: Number(options.connections),
      bodyBytes: Number(options['body-bytes']),
      tls: options.tls,
    });
    brokers.push({ main, broker, load });
  }
  for (const { load } of brokers) {
    load.start(64);
    await load.untilSent(Number(options['warm-up']));
    await load.stop();
  }
  console.log(
    `${options.flush}, bodies of ${options['body-bytes']} bytes, ${options.connections} connections${options.tls ? ' over TLS' : ''}`,
  );
  for (const inFlight of options['in-flight'].split(',').map(Number)) {
    const results = brokers.map(() => []);
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [i, { broker, load }] of brokers.entries()) {
        results[i].push(await measure(broker, load, inFlight, Number(options.seconds)));
      }
    }
    for (const [i, { main }] of brokers.entries()) {
      const of = (key, list = results[i]) => median(list.map((result) => result[key]));
      const costs = results[i].map((result) => result.cpuUsPerSend);
      console.log(
        `${inFlight} in flight: ${of('sendsPerSecond').toFixed(0)} sends/s, ` +
          `${of('cpuUsPerSend').toFixed(1)} us CPU a send (${Math.min(...costs).toFixed(1)}-${Math.max(...costs).toFixed(1)}), ` +
          `${of('cores').toFixed(2)} cores, p50 ${of('p50Ms').toFixed(2)} ms, p99 ${of('p99Ms').toFixed(2)} ms` +
          (i > 0 ? `, cost ${(of('cpuUsPerSend') / of('cpuUsPerSend', results[0])).toFixed(2)} of the first` : '') +
          `  ${relative(ROOT, resolve(main))}`,
      );
      if (i > 0) continue;
      verdicts.atMost(`CPU us of a durable send, raw load, ${inFlight} in flight`, of('cpuUsPerSend'), MOST_US);
      verdicts.atLeast(
        `durable sends/s of one core, raw load, ${inFlight} in flight`,
        1_000_000 / of('cpuUsPerSend'),
        LEAST_PER_CORE,
      );
    }
  }
  verdicts.save(options.verdicts);
  for (const { load } of brokers) load.close();
});
