import { say, UserError } from './console.mjs';
import { callRemoting } from './rocketmq-remoting.mjs';

const GET_BROKER_CLUSTER_INFO = 106;
const UPDATE_AND_CREATE_TOPIC = 17;
const GET_ROUTE_INFO_BY_TOPIC = 105;
const MASTER = '0';
const QUEUES = 8;
const READ_AND_WRITE = 6;
/** Right after a start, the name server does not know its brokers yet. */
const TRY_FOR_MS = 60_000;
const TRY_EVERY_MS = 1_000;

/** Creates the topics on every master broker that the name server knows. Topics that are there get the right type. */
export async function createTopics(namesrv, topics, { signal, tryForMs = TRY_FOR_MS } = {}) {
  const deadlineMs = Date.now() + tryForMs;
  for (let told = false; ; told = true) {
    try {
      for (const broker of await masterBrokers(namesrv)) {
        for (const [topic, type] of Object.entries(topics)) await createTopic(broker, topic, type);
        say(`topics ${Object.keys(topics).join(', ')} are on the broker ${broker}`);
      }
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (Date.now() > deadlineMs) {
        throw new UserError(`cannot create topics through the name server ${namesrv}: ${error.message}`);
      }
      if (!told) say(`waiting for the name server ${namesrv} and its brokers: ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  }
}

/** How to create them by hand. */
export function topicCommands(topics) {
  return Object.entries(topics).map(
    ([topic, type]) => `mqadmin updateTopic -n <name server> -c <cluster> -t ${topic} -a +message.type=${type}`,
  );
}

export async function masterBrokers(namesrv) {
  const body = await callRemoting(namesrv, GET_BROKER_CLUSTER_INFO);
  // The broker ids are object keys without quotes: {0:"10.0.0.1:10911"}
  const { brokerAddrTable } = JSON.parse(body.toString().replace(/([{,])\s*(\d+)\s*:/g, '$1"$2":'));
  const masters = Object.values(brokerAddrTable ?? {}).flatMap(({ brokerAddrs }) => brokerAddrs[MASTER] ?? []);
  if (masters.length === 0) throw new Error('it knows no broker');
  return masters;
}

/** Rejects when the name server does not know the topic. */
export function topicRoute(namesrv, topic) {
  return callRemoting(namesrv, GET_ROUTE_INFO_BY_TOPIC, { topic });
}

export function createTopic(broker, topic, type, queues = QUEUES) {
  return callRemoting(broker, UPDATE_AND_CREATE_TOPIC, {
    topic,
    defaultTopic: 'TBW102',
    readQueueNums: String(queues),
    writeQueueNums: String(queues),
    perm: String(READ_AND_WRITE),
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: '0',
    order: 'false',
    attributes: `+message.type=${type}`,
  });
}
