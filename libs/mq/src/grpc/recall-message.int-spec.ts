import { startBroker, type RunningBroker } from '../index.js';
import { message, RawClient, receiveRequest, type Answer } from '../../test/raw-client.js';
import { temporaryDir } from '../../test/temporary-dir.js';
import { encodeRecallHandle } from './recall-handle.js';

interface Sent extends Answer {
  entries: { recallHandle: string; messageId: string }[];
}

let broker: RunningBroker;
let client: RawClient;
afterEach(async () => {
  client.close();
  await broker.close();
});
const dir = temporaryDir();

async function start(): Promise<void> {
  broker = await startBroker({
    dataDir: dir(),
    topics: [
      { name: 'delay', type: 'DELAY' },
      { name: 'other', type: 'DELAY' },
      { name: 'mixed', type: 'MIXED' },
      { name: 'normal', type: 'NORMAL' },
    ],
    longPollingMs: 1000,
  });
  client = new RawClient(broker.endpoint);
}

async function delayed(deliverAtMs: number, topic = 'delay'): Promise<string> {
  const deliveryTimestamp = { seconds: Math.floor(deliverAtMs / 1000), nanos: (deliverAtMs % 1000) * 1e6 };
  const sent = await client.send<Sent>(message(topic, { systemProperties: { deliveryTimestamp, messageType: 3 } }));
  return sent.entries[0]?.recallHandle ?? '';
}

const recall = (recallHandle: string, topic = 'delay') =>
  client.call<Answer & { messageId: string }>('RecallMessage', { topic: { name: topic }, recallHandle });
const receive = (topic = 'delay') => client.receive(receiveRequest('g', topic, { longPollingTimeout: { seconds: 2 } }));

it('a recalled message never comes, also when the broker was started again meanwhile; recalling it again is fine', async () => {
  await start();
  const dueMs = Date.now() + 1500;
  const handles = [await delayed(dueMs), await delayed(dueMs), await delayed(dueMs)] as const;
  expect((await recall(handles[0])).status.code).toBe(20000);
  client.close();
  await broker.close();
  await start();
  expect((await recall(handles[0])).status.code).toBe(20000);
  const answer = await recall(handles[1]);
  expect(answer).toMatchObject({ status: { code: 20000 }, messageId: expect.stringMatching(/^01/) as string });
  expect((await recall(handles[1])).status.code).toBe(20000);
  const { messages } = await receive();
  expect(messages).toHaveLength(1);
  expect((await receive()).messages).toEqual([]);
});

it('what cannot be recalled is refused in the words of RocketMQ', async () => {
  await start();
  const laterMs = Date.now() + 60_000;
  const handle = await delayed(laterMs);
  const made = (changes: object) =>
    encodeRecallHandle({
      topic: 'delay',
      brokerName: 'broker-a',
      deliverAtMs: laterMs,
      messageId: 'm',
      physicalOffset: 40,
      ...changes,
    });
  const past = await delayed(Date.now() - 1);
  for (const [recallHandle, topic, code, why] of [
    ['', 'delay', 50001, 'recall handle is invalid'],
    ['garbage', 'delay', 50001, 'recall handle is invalid'],
    [made({ physicalOffset: 41 }), 'delay', 50001, 'recall handle is invalid'],
    [made({ physicalOffset: NaN }), 'delay', 50001, 'recall handle is invalid'],
    [made({ deliverAtMs: laterMs + 1 }), 'delay', 50001, 'recall handle is invalid'],
    [made({ brokerName: 'broker-b' }), 'delay', 40000, 'cannot find broker broker-b'],
    [handle, 'other', 50001, 'recall failed, topic not match'],
    [past, 'delay', 50001, 'recall failed, timestamp invalid'],
    [handle, 'normal', 40014, 'the expected type is NORMAL, but actual type is DELAY'],
    [handle, 'missing', 40402, 'missing'],
    [handle, ' ', 40002, 'The specified topic is blank'],
  ] as const) {
    const { status } = await recall(recallHandle, topic);
    expect({ ...status, recallHandle, topic }).toMatchObject({
      code,
      message: expect.stringContaining(why) as string,
    });
  }
  expect((await recall(handle)).status.code).toBe(20000);
  expect((await recall(await delayed(laterMs, 'mixed'), 'mixed')).status.code).toBe(20000);
});
