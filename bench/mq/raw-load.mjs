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
import { LoadConnection } from './http2-load.mjs';
import { BROKER, runAndClose, startBuiltIn } from './processes.mjs';
import { encode, ROOT, SERVICE } from './protocol.mjs';

const TOPIC = 'load';
const SEND_PATH = `${SERVICE}/SendMessage`;
/** After the 5 bytes of gRPC: field 1 (status), 8 bytes or so, whose field 1 is 20000. */
const GOOD_STATUS = Buffer.from([0x08, 0xa0, 0x9c, 0x01]);

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

function sendMessageRequest(bodyBytes) {
  const message = {
    topic: { name: TOPIC },
    userProperties: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    systemProperties: {
      tag: 'order_cancel',
      keys: ['345959443973935104'],
      messageId: '01' + 'AB'.repeat(16),
      bodyEncoding: 1,
      messageType: 1,
      bornTimestamp: { seconds: 1_700_000_000 },
      bornHost: 'load',
    },
    body: Buffer.alloc(bodyBytes, 'x'),
  };
  return encode('SendMessageRequest', { messages: [message] });
}

function connect({ endpoint }) {
  const [host, port] = endpoint.split(':');
  const metadata = {
    'x-mq-protocol': 'v2',
    'x-mq-client-id': 'raw-load@1',
    'x-mq-date-time': '20260101T000000Z',
    'x-mq-request-id': '00000000-0000-4000-8000-000000000000',
    'x-mq-language': 'HTTP',
    'x-mq-client-version': '5.0.7',
  };
  const message = sendMessageRequest(Number(options['body-bytes']));
  const accept = (data) => data.subarray(7, 11).equals(GOOD_STATUS);
  return new LoadConnection({ host, port: Number(port), tls: options.tls, path: SEND_PATH, metadata, message, accept });
}

/** Of the processor time of a send, and of what one core is good for. */
const MOST_US = 60;
const LEAST_PER_CORE = 15_000;
const verdicts = new Verdicts();

const cpuOf = ({ name, pids: [pid] }) => cpuMs([{ name, pid }])[name];

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function untilDone(connections, count) {
  while (connections.reduce((sum, connection) => sum + connection.done, 0) < count) await pause(20);
}

/** One round: sends/s, CPU of the broker, latencies. */
async function measure(broker, connections, inFlight, seconds) {
  for (const connection of connections) {
    connection.reset();
    connection.start(inFlight / connections.length);
  }
  await pause(300);
  for (const connection of connections) connection.reset();
  const cpuBefore = cpuOf(broker);
  const startedAt = performance.now();
  await pause(seconds * 1000);
  const sends = connections.reduce((sum, connection) => sum + connection.done, 0);
  const failed = connections.reduce((sum, connection) => sum + connection.failed, 0);
  const elapsedMs = performance.now() - startedAt;
  const cpuUsedMs = cpuOf(broker) - cpuBefore;
  const latenciesMs = connections.flatMap((connection) => connection.latenciesMs).sort((a, b) => a - b);
  for (const connection of connections) connection.stop();
  await pause(200);
  if (failed > 0) throw new Error(`${failed} of ${sends} sends failed`);
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
    const broker = await startBuiltIn(main, options.flush, [TOPIC], resolve(main));
    const connections = Array.from({ length: Number(options.connections) }, () => connect(broker));
    brokers.push({ main, broker, connections });
  }
  for (const { connections } of brokers) {
    for (const connection of connections) connection.start(64 / connections.length);
    await untilDone(connections, Number(options['warm-up']));
    for (const connection of connections) connection.stop();
    await pause(200);
  }
  console.log(
    `${options.flush}, bodies of ${options['body-bytes']} bytes, ${options.connections} connections${options.tls ? ' over TLS' : ''}`,
  );
  for (const inFlight of options['in-flight'].split(',').map(Number)) {
    const results = brokers.map(() => []);
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [i, { broker, connections }] of brokers.entries()) {
        results[i].push(await measure(broker, connections, inFlight, Number(options.seconds)));
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
  for (const connection of brokers.flatMap(({ connections }) => connections)) connection.close();
});
