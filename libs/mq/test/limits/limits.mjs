/**
 * What a broker costs with a million messages in it: `node libs/mq/test/limits/limits.mjs [messages] [timers]` (both 1,000,000
 * unless told). Starts mq-broker as a process of its own, fills it over gRPC, and prints memory and start times after a
 * clean stop and after kill -9. Ends with 1 when a limit is broken. Needs 2.5 GB of disk under the system's temporary
 * directory, and what `npm run build` makes.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const [messages = 1_000_000, timers = 1_000_000] = process.argv.slice(2).map(Number);
const BODY_BYTES = 1024;
const BATCH = 500;
const IN_FLIGHT = 8;
const LIMITS = { waitingMb: 300, startMs: 3000, timersMb: 100 };

const proto = new protobuf.Root();
const protoDir = join(root, 'libs/mq/proto');
proto.resolvePath = (_origin, target) => (target.startsWith('google/') ? target : join(protoDir, target));
proto.loadSync('apache/rocketmq/v2/service.proto');
const SendMessageRequest = proto.lookupType('apache.rocketmq.v2.SendMessageRequest');
const SendMessageResponse = proto.lookupType('apache.rocketmq.v2.SendMessageResponse');

const dataDir = mkdtempSync(join(tmpdir(), 'mq-limits-'));
const rows = [];
let broken = false;
let broker;
try {
  await run();
} finally {
  broker?.child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
}
console.table(rows);
process.exitCode = broken ? 1 : 0;

async function run() {
  broker = await start();
  note('empty', broker);
  await fill(messages, 'waiting', () => ({}));
  note(`${messages} messages of 1 KB wait`, broker, { rssMb: LIMITS.waitingMb });
  broker = await restart('SIGTERM');
  note('the same after a clean stop', broker, { rssMb: LIMITS.waitingMb, startMs: LIMITS.startMs });
  broker = await restart('SIGKILL');
  note('the same after kill -9', broker, { rssMb: LIMITS.waitingMb, startMs: LIMITS.startMs });
  const withoutTimersMb = rssMb(broker.child.pid);
  const due = Math.floor(Date.now() / 1000) + 20 * 3600;
  await fill(timers, 'later', (i) => ({ deliveryTimestamp: { seconds: due + (i % 3600), nanos: 0 } }), 100);
  note(`and ${timers} timers of 100 bytes`, broker, { rssMb: LIMITS.waitingMb });
  broker = await restart('SIGKILL');
  const pending = await pendingTimers(broker);
  note(`the same after kill -9: ${pending} timers`, broker, {
    rssMb: withoutTimersMb + LIMITS.timersMb,
    startMs: LIMITS.startMs,
  });
  if (pending !== timers) broken = true;
}

async function start() {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(root, 'apps/mq-broker/dist/main.js')], {
    env: {
      PATH: process.env.PATH,
      MQ_GRPC_PORT: '0',
      MQ_ADMIN_PORT: '0',
      MQ_DATA_DIR: dataDir,
      MQ_TOPICS: 'waiting:NORMAL,later:DELAY',
      MQ_TLS: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, endpoint, adminPort } = JSON.parse(line);
    if (event !== 'broker_started') continue;
    child.stdout.resume();
    return { child, endpoint, adminPort, startMs: Math.round(performance.now() - startedMs) };
  }
  throw new Error('the broker did not start');
}

async function restart(signal) {
  const ended = new Promise((done) => broker.child.once('exit', done));
  broker.child.kill(signal);
  await ended;
  return start();
}

/** Sends `count` messages, many a request and several requests at a time. */
async function fill(count, topic, changesOf, bodyBytes = BODY_BYTES) {
  const session = connect(`http://${broker.endpoint}`);
  const body = Buffer.alloc(bodyBytes, 'x');
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const first = next;
      next = Math.min(count, first + BATCH);
      const batch = Array.from({ length: next - first }, (_, i) => ({
        topic: { name: topic },
        body,
        systemProperties: {
          messageId: `01${String(first + i).padStart(32, '0')}`,
          keys: [`order-${first + i}`],
          bodyEncoding: 1,
          messageType: 1,
          bornHost: 'h',
          ...changesOf(first + i),
        },
      }));
      await send(session, SendMessageRequest.encode({ messages: batch }).finish());
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  session.close();
}

function send(session, bytes) {
  const frame = Buffer.alloc(5 + bytes.length);
  frame.writeUInt32BE(bytes.length, 1);
  frame.set(bytes, 5);
  return new Promise((done, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/apache.rocketmq.v2.MessagingService/SendMessage',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-mq-client-id': 'limits',
      'x-mq-client-version': '5.0.7',
    });
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      const { status } = SendMessageResponse.decode(Buffer.concat(chunks).subarray(5));
      if (status.code === 20000) done();
      else reject(new Error(`${status.code} ${status.message}`));
    });
    stream.end(frame);
  });
}

async function pendingTimers({ adminPort }) {
  const topics = await (await fetch(`http://127.0.0.1:${adminPort}/topics`)).json();
  return topics.find(({ name }) => name === 'later').delayed;
}

function rssMb(pid) {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);
}

function note(what, { child, startMs }, limits = {}) {
  const measured = { rssMb: rssMb(child.pid), startMs };
  const over = Object.keys(limits).filter((figure) => measured[figure] > limits[figure]);
  if (over.length > 0) broken = true;
  rows.push({ what, ...measured, limit: over.length > 0 ? `${over.join(', ')} over the limit` : 'kept' });
}
