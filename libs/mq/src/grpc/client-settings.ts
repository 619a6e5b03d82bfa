import type { ClientInfo } from '../broker/clients.js';
import { BrokerError, Code } from '../broker/code.js';
import type { GroupPolicy } from '../broker/groups.js';
import { checkGroupName, checkTopicName } from '../broker/name-rules.js';
import type { CallContext } from './call-context.js';
import { MAX_BATCH } from './receive-message.js';
import { filterOf } from './subscription-filter.js';
import { fromMs, type Settings } from './wire.js';

const PUBLISH_ATTEMPTS = 3;
const PUBLISH_BACKOFF = { initial: fromMs(10), max: fromMs(1000), multiplier: 2 };
/** The Node client cannot receive a message of more than 4 MiB in all, so it should not send one either. */
const NODE_MAX_BODY_BYTES = (4 << 20) - (64 << 10);

/** Registers the client and returns its settings completed with the server's. Throws BrokerError on illegal names. */
export function applySettings(settings: Settings, context: CallContext): Settings {
  if (settings.publishing) return producerSettings(settings, settings.publishing, context);
  if (settings.subscription) return consumerSettings(settings, settings.subscription, context);
  throw new BrokerError(Code.BAD_REQUEST, 'there is no publishing or subscription data in settings');
}

function producerSettings(
  settings: Settings,
  publishing: NonNullable<Settings['publishing']>,
  context: CallContext,
): Settings {
  const topics = publishing.topics.map((topic) => topic.name);
  topics.forEach(checkTopicName);
  context.broker.clients.settings(clientInfo(settings, undefined, topics, context));
  const { maxBodyBytes } = context.broker.messageLimits;
  return {
    ...settings,
    backoffPolicy: { maxAttempts: PUBLISH_ATTEMPTS, exponentialBackoff: PUBLISH_BACKOFF },
    publishing: {
      topics: publishing.topics,
      validateMessageType: true,
      maxBodySize: context.language === 'HTTP' ? Math.min(maxBodyBytes, NODE_MAX_BODY_BYTES) : maxBodyBytes,
    },
    metric: { on: false },
  };
}

function clientInfo(
  { clientType }: Settings,
  group: string | undefined,
  topics: string[],
  { clientId, language, clientVersion }: CallContext,
): ClientInfo {
  return { clientId, group, topics, type: clientType ?? 0, language, version: clientVersion };
}

/** The strategy as clients compute their pauses with it. */
function backoffOf({ exponentialRetry, retryDelaysMs }: GroupPolicy): object {
  if (!exponentialRetry) return { customizedBackoff: { next: retryDelaysMs.map(fromMs) } };
  const { initialMs, maxMs, multiplier } = exponentialRetry;
  return { exponentialBackoff: { initial: fromMs(initialMs), max: fromMs(maxMs), multiplier } };
}

function consumerSettings(
  settings: Settings,
  subscription: NonNullable<Settings['subscription']>,
  context: CallContext,
): Settings {
  const { broker } = context;
  const group = subscription.group?.name ?? '';
  checkGroupName(group);
  const topics = subscription.subscriptions.map((entry) => entry.topic?.name ?? '');
  topics.forEach(checkTopicName);
  // A wrong filter is refused now, not at the first receive.
  for (const { expression } of subscription.subscriptions) filterOf(expression);
  broker.clients.settings(clientInfo(settings, group, topics, context));
  // From here on the group has a lag in these topics, before its first receive.
  const known = topics.filter((topic) => broker.topics.has(topic));
  for (const topic of known) broker.progress.subscription(group, topic);
  const policy = broker.groups.policy(group);
  return {
    ...settings,
    backoffPolicy: { maxAttempts: policy.maxAttempts, ...backoffOf(policy) },
    subscription: {
      ...subscription,
      fifo: policy.orderly ?? known.some((topic) => broker.topics.get(topic).type === 'FIFO'),
      receiveBatchSize: MAX_BATCH,
      longPollingTimeout: fromMs(context.server.longPollingMs),
    },
    metric: { on: false },
  };
}
