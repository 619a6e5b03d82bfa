import { connect } from 'node:http2';
import { message, RawClient, receiveRequest } from '../../test/raw-client.js';
import { until } from '../../test/until.js';
import { startBroker } from '../start-broker.js';
import { Codec } from './wire.js';

const MIB = 1 << 20;
const POLLS = 20;

it('a client that polls and does not read is given 24 MiB at most, and the others go on', async () => {
  const broker = await startBroker({ topics: [{ name: 'large', type: 'NORMAL' }] });
  const client = new RawClient(broker.endpoint);
  for (let i = 0; i < 20; i++) await client.send(message('large', { body: Buffer.alloc(MIB) }));
  const beforeBytes = process.memoryUsage().arrayBuffers;

  const slow = connect(`http://${broker.endpoint}`);
  slow.on('error', () => slow.destroy());
  const answers: Promise<unknown>[] = [];
  for (let i = 0; i < POLLS; i++) {
    const bytes = new Codec<object>('ReceiveMessageRequest').encode(receiveRequest(`slow-${i}`, 'large'));
    const prefix = Buffer.from([0, 0, 0, 0, bytes.length]);
    const stream = slow.request({
      ':method': 'POST',
      ':path': '/apache.rocketmq.v2.MessagingService/ReceiveMessage',
      'content-type': 'application/grpc',
      'x-mq-client-id': 'slow',
    });
    stream.on('error', () => stream.destroy());
    answers.push(new Promise((resolve) => stream.once('response', resolve)));
    stream.end(Buffer.concat([prefix, bytes]));
  }
  // Every poll is answered: the first with messages, the others with TOO_MANY_REQUESTS.
  await Promise.all(answers);
  expect(process.memoryUsage().arrayBuffers - beforeBytes).toBeLessThan(40 * MIB);
  const received = await until('another client receives', async () => {
    const { messages } = await client.receive(receiveRequest('fast', 'large', { batchSize: 1 }));
    return messages.length > 0 && messages;
  });
  expect(received[0]?.body.length).toBe(MIB);
  slow.destroy();
  client.close();
  await broker.close();
}, 20_000);
