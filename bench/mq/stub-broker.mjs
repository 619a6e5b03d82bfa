/**
 * What the official client can do at best: a gRPC server (grpc-js) that answers what the client asks without storing anything. All
 * sends get the same bytes as their answer. Messages of topics other than the first of STUB_TOPICS wait in memory for the next
 * poll, so that listeners have something to hear.
 *
 *   STUB_TOPICS=sends,others node bench/mq/stub-broker.mjs        prints its endpoint
 */
import grpc from '@grpc/grpc-js';
import { encode, messageType, SERVICE } from './protocol.mjs';

const OK = { code: 20000, message: 'OK' };
const MESSAGE_NOT_FOUND = { code: 40401, message: 'no message' };
const NORMAL = 1;
const READ_WRITE = 4;
const IPV4 = 1;
/** The queue of an assignment that stands for all queues. */
const ALL_QUEUES = -1;
const QUEUES = 4;
const LONG_POLLING_SECONDS = 20;
/** The client loses settings that come before it has its routes, and then waits for ever. */
const SETTINGS_AGAIN_MS = [300, 2_000];

const [sendTopic] = (process.env.STUB_TOPICS ?? 'sends').split(',');
const sendTopicBytes = Buffer.from(sendTopic);
const waiting = new Map();
const polls = new Map();
let nextOffset = 0;

const SEND_ANSWER = encode('SendMessageResponse', {
  status: OK,
  entries: [{ status: OK, messageId: '01' + 'AB'.repeat(16), offset: 1 }],
});
const decode = (name, bytes) => messageType(name).decode(bytes);
const listOf = (map, topic) => map.get(topic) ?? map.set(topic, []).get(topic);

const unary = {
  QueryRoute: (bytes) => {
    const { topic, endpoints } = decode('QueryRouteRequest', bytes);
    const messageQueues = Array.from({ length: QUEUES }, (_, id) => queueOf(topic, id, endpoints));
    return encode('QueryRouteResponse', { status: OK, messageQueues });
  },
  QueryAssignment: (bytes) => {
    const { topic, endpoints } = decode('QueryAssignmentRequest', bytes);
    const assignments = [{ messageQueue: queueOf(topic, ALL_QUEUES, endpoints) }];
    return encode('QueryAssignmentResponse', { status: OK, assignments });
  },
  SendMessage: (bytes) => {
    // The topic stands in the first bytes of the request.
    if (!bytes.subarray(0, 64).includes(sendTopicBytes)) keep(bytes);
    return SEND_ANSWER;
  },
  AckMessage: () => encode('AckMessageResponse', { status: OK }),
  Heartbeat: () => encode('HeartbeatResponse', { status: OK }),
  NotifyClientTermination: () => encode('NotifyClientTerminationResponse', { status: OK }),
};

function queueOf(topic, id, endpoints) {
  const { host, port } = endpoints.addresses[0];
  const broker = { name: 'stub', id: 0, endpoints: { scheme: IPV4, addresses: [{ host, port }] } };
  return { topic, id, permission: READ_WRITE, broker, acceptMessageTypes: [NORMAL] };
}

function keep(bytes) {
  for (const message of decode('SendMessageRequest', bytes).messages) {
    const offset = nextOffset++;
    Object.assign(message.systemProperties, {
      bodyDigest: {}, // the client falls over without one; an empty one it does not check
      queueOffset: offset,
      receiptHandle: `stub-${offset}`,
      deliveryAttempt: 1,
    });
    const poll = listOf(polls, message.topic.name).shift();
    const delivered = encode('ReceiveMessageResponse', { message });
    if (poll) answer(poll, [delivered]);
    else listOf(waiting, message.topic.name).push(delivered);
  }
}

function receiveMessage(call) {
  const { messageQueue, batchSize } = decode('ReceiveMessageRequest', call.request);
  const topic = messageQueue.topic.name;
  const messages = listOf(waiting, topic);
  if (messages.length > 0) return answer({ call }, messages.splice(0, batchSize));
  const poll = { call };
  poll.timer = setTimeout(() => answer(forget(topic, poll), []), LONG_POLLING_SECONDS * 1_000);
  listOf(polls, topic).push(poll);
  call.on('cancelled', () => clearTimeout(forget(topic, poll).timer));
}

function forget(topic, poll) {
  polls.set(
    topic,
    listOf(polls, topic).filter((other) => other !== poll),
  );
  return poll;
}

function answer({ call, timer }, messages) {
  clearTimeout(timer);
  call.write(encode('ReceiveMessageResponse', { status: messages.length > 0 ? OK : MESSAGE_NOT_FOUND }));
  for (const message of messages) call.write(message);
  call.end();
}

function telemetry(call) {
  let timers = [];
  call.on('data', (bytes) => {
    const { settings } = decode('TelemetryCommand', bytes);
    if (!settings) return;
    const backoff = { initial: { nanos: 10_000_000 }, max: { seconds: 1 }, multiplier: 2 };
    settings.backoffPolicy = { maxAttempts: 3, exponentialBackoff: backoff };
    if (settings.publishing) Object.assign(settings.publishing, { maxBodySize: 4 << 20, validateMessageType: true });
    if (settings.subscription) {
      const longPollingTimeout = { seconds: LONG_POLLING_SECONDS };
      Object.assign(settings.subscription, { fifo: false, receiveBatchSize: 32, longPollingTimeout });
    }
    const command = encode('TelemetryCommand', { status: OK, settings });
    call.write(command);
    timers = SETTINGS_AGAIN_MS.map((ms) => setTimeout(() => call.write(command), ms));
  });
  const stop = () => timers.forEach(clearTimeout);
  call.on('end', () => {
    stop();
    call.end();
  });
  call.on('cancelled', stop);
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
const asIs = (bytes) => bytes;
const rpc = (name, streams = {}) => ({
  path: `${SERVICE}/${name}`,
  requestStream: false,
  responseStream: false,
  requestDeserialize: asIs,
  requestSerialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
  ...streams,
});
const definition = Object.fromEntries(Object.keys(unary).map((name) => [name, rpc(name)]));
definition.ReceiveMessage = rpc('ReceiveMessage', { responseStream: true });
definition.Telemetry = rpc('Telemetry', { requestStream: true, responseStream: true });
const handlers = Object.fromEntries(
  Object.entries(unary).map(([name, handle]) => [name, (call, done) => done(null, handle(call.request))]),
);
server.addService(definition, { ...handlers, ReceiveMessage: receiveMessage, Telemetry: telemetry });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(JSON.stringify({ level: 'info', event: 'broker_started', endpoint: `127.0.0.1:${port}` }));
});
