import { createHmac } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { Producer } from 'rocketmq-client-nodejs';
import { message, receiveRequest, type Answer } from '../../test/raw-client.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { Code } from '../broker/code.js';
import { startBroker, type RunningBroker } from '../start-broker.js';
import { Codec } from './wire.js';

const same = (bytes: Buffer) => bytes;
const dir = temporaryDir();
let broker: RunningBroker;
let client: grpc.Client;

const RULES = {
  users: [
    { accessKey: 'sender', secretKey: 's', topics: { orders: 'PUB' } },
    { accessKey: 'reader', secretKey: 'r', topics: { orders: 'SUB' }, groups: { readers: 'SUB' } },
    { accessKey: 'stranger', secretKey: 'x' },
  ],
};
const SECRETS: Record<string, string> = { sender: 's', reader: 'r', stranger: 'x' };

beforeEach(async () => {
  const accessFile = join(dir(), 'access.json');
  fs.writeFileSync(accessFile, JSON.stringify(RULES));
  broker = await startBroker({ accessFile, topics: [{ name: 'orders', type: 'NORMAL' }] });
  // TLS, as the clients of most languages speak by default.
  const certificate = fs.readFileSync(join(broker.dataDir, 'tls', 'cert.pem'));
  client = new grpc.Client(`localhost:${broker.grpcPort}`, grpc.credentials.createSsl(certificate));
});

afterEach(async () => {
  client.close();
  await broker.close();
});

function metadata(accessKey: string | undefined): grpc.Metadata {
  const signed = new grpc.Metadata();
  signed.set('x-mq-client-id', `client of ${accessKey}`);
  if (!accessKey) return signed;
  const dateTime = '20260102T030405Z';
  const signature = createHmac('sha1', SECRETS[accessKey] ?? '')
    .update(dateTime)
    .digest('hex')
    .toUpperCase();
  signed.set('x-mq-date-time', dateTime);
  signed.set(
    'authorization',
    `MQv2-HMAC-SHA1 Credential=${accessKey}, SignedHeaders=x-mq-date-time, Signature=${signature}`,
  );
  return signed;
}

/** Code of the status in the answer; of a stream, in its first message. */
function codeOf(rpc: string, request: object, as: string | undefined): Promise<number> {
  const method = `/apache.rocketmq.v2.MessagingService/${rpc}`;
  const bytes = new Codec<object>(`${rpc}Request`).encode(request);
  const stream = client.makeServerStreamRequest(method, same, same, bytes, metadata(as), {
    deadline: Date.now() + 10_000,
  });
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.once('data', (data: Buffer) => resolve(new Codec<Answer>(`${rpc}Response`).decode(data).status.code));
  });
}

const [orders, readers] = [{ name: 'orders' }, { name: 'readers' }];
const handle = { topic: orders, group: readers, receiptHandle: 'h', messageId: 'm' };

describe('with access keys', () => {
  it.each([
    ['QueryRoute', { topic: orders }, ['sender', 'reader']],
    ['SendMessage', { messages: [message('orders')] }, ['sender']],
    ['QueryAssignment', { topic: orders, group: readers }, ['reader']],
    ['ReceiveMessage', receiveRequest('readers', 'orders', { longPollingTimeout: { seconds: 0 } }), ['reader']],
    ['AckMessage', { topic: orders, group: readers, entries: [] }, ['reader']],
    ['ChangeInvisibleDuration', { ...handle, invisibleDuration: { seconds: 10 } }, ['reader']],
    ['ForwardMessageToDeadLetterQueue', handle, ['reader']],
    ['EndTransaction', { topic: orders, messageId: 'm', transactionId: 't', resolution: 1 }, ['sender']],
    ['RecallMessage', { topic: orders, recallHandle: 'h' }, ['sender']],
    ['Heartbeat', { group: readers, clientType: 2 }, ['reader']],
    ['Heartbeat', { clientType: 1 }, ['sender', 'reader', 'stranger']],
    ['NotifyClientTermination', { group: readers }, ['reader']],
    ['NotifyClientTermination', {}, ['sender', 'reader', 'stranger']],
  ])('%s %j is for %j', async (rpc, request, allowed) => {
    const users = ['sender', 'reader', 'stranger', undefined];
    const codes = await Promise.all(users.map((user) => codeOf(rpc, request, user)));
    expect(users.filter((_user, i) => codes[i] !== Code.UNAUTHORIZED)).toEqual(allowed);
  });

  it.each([
    [{ publishing: { topics: [orders] } }, 'sender'],
    [{ subscription: { group: readers, subscriptions: [{ topic: orders }] } }, 'reader'],
  ])('settings %j are taken from %s alone', async (settings, allowed) => {
    const codec = new Codec<{ settings?: object }>('TelemetryCommand');
    for (const user of ['sender', 'reader', 'stranger', undefined]) {
      const stream = client.makeBidiStreamRequest(
        '/apache.rocketmq.v2.MessagingService/Telemetry',
        same,
        same,
        metadata(user),
      );
      const outcome = new Promise<string>((resolve) => {
        stream.on('data', () => resolve('settings'));
        stream.on('error', (error: grpc.ServiceError) => resolve(error.details));
      });
      stream.write(codec.encode({ settings }));
      expect(await outcome).toMatch(user === allowed ? /^settings$/ : /^process client telemetryCommand failed\. /);
      stream.cancel();
    }
  });

  it('the official client sends with its key', async () => {
    const producer = new Producer({
      endpoints: broker.endpoint,
      namespace: '',
      topics: ['orders'],
      sessionCredentials: { accessKey: 'sender', accessSecret: 's' },
      logger: { debug() {}, info() {}, warn() {}, error() {}, close() {} } as never,
    });
    await producer.startup();
    expect((await producer.send({ topic: 'orders', body: Buffer.from('{}') })).messageId).toBeTruthy();
    await producer.shutdown();
  });
});
