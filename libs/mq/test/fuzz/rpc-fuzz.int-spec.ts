import * as grpc from '@grpc/grpc-js';
import * as fc from 'fast-check';
import { Code } from '../../src/broker/code.js';
import { decode, type Answer } from '../protocol.js';
import { RawClient, receiveRequest } from '../raw-client.js';
import { temporaryDir } from '../temporary-dir.js';
import { FuzzedBroker, MAX_MS, RUNS, SECONDS, SEED } from './fuzzed-broker.js';
import { oddRequest, responseType, TOPICS, type OddRequest } from './odd-requests.js';

/** Polls and streams do not end by themselves. */
const CANCEL_AFTER_MS = 50;
const PROPER_CALL_EVERY = 20;
/** Half messages are asked about while the broker is busy with nonsense. */
const QUICK_CHECKS = { MQ_TRANSACTION_TIMEOUT_MS: '300', MQ_TRANSACTION_CHECK_INTERVAL_MS: '300' };
const same = (bytes: Buffer) => bytes;
const dir = temporaryDir();

interface Outcome {
  code: number;
  details: string;
  answers: Buffer[];
}

/** Any rpc is a stream of messages both ways. */
function call(client: grpc.Client, { rpc, bytes }: OddRequest): Promise<Outcome> {
  const metadata = new grpc.Metadata();
  metadata.set('x-mq-client-id', 'odd');
  const path = `/apache.rocketmq.v2.MessagingService/${rpc}`;
  const stream = client.makeBidiStreamRequest(path, same, same, metadata, { deadline: Date.now() + 30_000 });
  const timer = setTimeout(() => stream.cancel(), CANCEL_AFTER_MS);
  const answers: Buffer[] = [];
  stream.on('data', (answer: Buffer) => answers.push(answer));
  stream.on('error', () => undefined); // comes as the status, too
  stream.end(bytes);
  return new Promise((resolve) =>
    stream.on('status', ({ code, details }: grpc.StatusObject) => {
      clearTimeout(timer);
      resolve({ code, details, answers });
    }),
  );
}

/** Throws unless the call was answered as the protocol has it. */
function checkAnswer({ rpc }: OddRequest, { code, details, answers }: Outcome): void {
  const refused = rpc === 'Telemetry' && code === grpc.status.INVALID_ARGUMENT;
  if (code !== grpc.status.OK && code !== grpc.status.CANCELLED && !refused)
    throw new Error(`${rpc} ends with gRPC status ${code} ${details}`);
  const told = answers.map((bytes) => decode<{ entries?: Answer[] } & Partial<Answer>>(responseType(rpc), bytes));
  const statuses = told.flatMap(({ status, entries = [] }) => [status, ...entries.map((entry) => entry.status)]);
  if (code === grpc.status.OK && rpc !== 'Telemetry' && !statuses[0]) throw new Error(`${rpc} has no status`);
  for (const status of statuses) {
    if (!status) continue;
    if (Code[status.code] === undefined) throw new Error(`${rpc}: ${status.code} is no code of the protocol`);
    if (status.code === Code.MASTER_PERSISTENCE_TIMEOUT) throw new Error(`${rpc} blames the disk: ${status.message}`);
    if (status.message === 'internal error' || /\n\s+at /.test(status.message))
      throw new Error(`${rpc} fails from within: ${status.message}`);
  }
}

/** Everything that was accepted can be delivered. */
async function drain(endpoint: string): Promise<void> {
  const client = new RawClient(endpoint);
  for (const topic of TOPICS.map((declared) => declared.split(':')[0] ?? '')) {
    let got: number;
    do {
      const { status, messages } = await client.receive(
        receiveRequest('reader', topic, { longPollingTimeout: { seconds: 0 } }),
      );
      expect(status.code).toBe(messages.length > 0 ? Code.OK : Code.MESSAGE_NOT_FOUND);
      got = messages.length;
    } while (got > 0);
  }
  client.close();
}

it(
  `any request is answered with a code of the protocol, and what was stored stays readable (FUZZ_SEED=${SEED}, ${SECONDS} s)`,
  async () => {
    const broker = await FuzzedBroker.start(dir(), TOPICS, QUICK_CHECKS);
    const client = new grpc.Client(broker.process.endpoint, grpc.credentials.createInsecure());
    const producer = new RawClient(broker.process.endpoint);
    await producer.settings({ clientType: 1, publishing: { topics: [{ name: 'tx' }] } });
    let requests = 0;
    try {
      await fc.assert(
        fc.asyncProperty(oddRequest, async (request) => {
          checkAnswer(request, await call(client, request));
          if (requests++ % PROPER_CALL_EVERY === 0) await broker.checkServes();
        }),
        RUNS,
      );
      await broker.checkServes();
      client.close();
      producer.close();
      await broker.checkNothingIsLeft(undefined);
    } finally {
      client.close();
      producer.close();
      expect(await broker.end()).toBe(0);
    }
    const again = await FuzzedBroker.start(dir(), TOPICS);
    await again.checkServes();
    await drain(again.process.endpoint);
    expect(await again.end()).toBe(0);
    expect(requests).toBeGreaterThan(10 * SECONDS);
  },
  MAX_MS,
);
