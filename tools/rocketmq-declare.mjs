/**
 * Prepares the Apache RocketMQ of ROCKETMQ_NAMESRV for the conformance suite of libs/mq. Standard input is JSON:
 * {"topics": [{"name", "type", "queues"}], "groups": [{"name", "orderly"?, "maxAttempts"?, "retryDelaysMs"?}]}
 */
import { text } from 'node:stream/consumers';
import { callRemoting } from './rocketmq-remoting.mjs';
import { createTopic, masterBrokers, topicRoute } from './rocketmq-topics.mjs';

const UPDATE_AND_CREATE_SUBSCRIPTION_GROUP = 200;
const UPDATE_BROKER_CONFIG = 25;
/** What a broker has switched off by default and this one offers: SQL filters, recall, topics of all types. */
const BROKER_CONFIG = 'enablePropertyFilter=true\nrecallMessageEnable=true\nenableMixedMessageType=true\n';
const ROUTE_WITHIN_MS = 30_000;

const namesrv = process.env.ROCKETMQ_NAMESRV;
const { topics, groups } = JSON.parse(await text(process.stdin));
for (const broker of await masterBrokers(namesrv)) {
  await callRemoting(broker, UPDATE_BROKER_CONFIG, {}, BROKER_CONFIG);
  for (const { name, type, queues } of topics) await createTopic(broker, name, type, queues);
  for (const group of groups) await createGroup(broker, group);
}
// A proxy that is asked too early remembers for a while that there is no such topic.
const deadlineMs = Date.now() + ROUTE_WITHIN_MS;
for (const { name } of topics) await untilRouted(name);

function createGroup(broker, { name, orderly = false, maxAttempts = 17, retryDelaysMs }) {
  const config = {
    groupName: name,
    consumeMessageOrderly: orderly,
    retryMaxTimes: maxAttempts - 1,
    ...(retryDelaysMs && {
      groupRetryPolicy: { type: 'CUSTOMIZED', customizedRetryPolicy: { next: retryDelaysMs } },
    }),
  };
  return callRemoting(broker, UPDATE_AND_CREATE_SUBSCRIPTION_GROUP, {}, JSON.stringify(config));
}

async function untilRouted(topic) {
  for (;;) {
    try {
      await topicRoute(namesrv, topic);
      return;
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
