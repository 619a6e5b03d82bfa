import { readFileSync } from 'node:fs';
import { TOPIC_TYPES, type BrokerOptions, type TopicConfig, type TopicType } from '@trade/mq';

/** A setting that the broker cannot start with. */
export class ConfigError extends Error {}

type Env = Record<string, string | undefined>;

/** Reads the settings from the environment. Throws ConfigError with the name of the setting that is wrong. */
export function readConfig(env: Env): BrokerOptions {
  const flush = env['MQ_FLUSH'] || 'SYNC_FLUSH';
  if (flush !== 'SYNC_FLUSH' && flush !== 'ASYNC_FLUSH')
    throw new ConfigError(`MQ_FLUSH must be SYNC_FLUSH or ASYNC_FLUSH, not ${flush}`);
  return {
    host: env['MQ_HOST'] || '127.0.0.1',
    grpcPort: integer(env, 'MQ_GRPC_PORT', 8081, 0, 65_535),
    adminPort: integer(env, 'MQ_ADMIN_PORT', 8082, 0, 65_535),
    dataDir: env['MQ_DATA_DIR'] || '.data/mq',
    flush,
    longPollingMs: integer(env, 'MQ_LONG_POLLING_MS', 20_000, 100, 20_000),
    segmentBytes: integer(env, 'MQ_SEGMENT_BYTES', 64 << 20, 64 << 10, 1 << 30),
    autoCreateTopics: env['MQ_AUTO_CREATE_TOPICS'] === 'true',
    advertised: address(env),
    topics: [...topicsOfFile(env['MQ_TOPICS_FILE']), ...topicsOfList(env['MQ_TOPICS'])],
  };
}

function integer(env: Env, name: string, otherwise: number, min: number, max: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new ConfigError(`${name} must be a number from ${min} to ${max}, not ${text}`);
  return value;
}

function address(env: Env): { host: string; port: number } | undefined {
  const text = env['MQ_ADVERTISED'];
  if (!text) return undefined;
  const [, host, port] = /^([^:]+):(\d{1,5})$/.exec(text) ?? [];
  if (!host || !port) throw new ConfigError(`MQ_ADVERTISED must be host:port, not ${text}`);
  return { host, port: Number(port) };
}

/** `orderTopic:NORMAL,orderTimeoutTopic:DELAY` */
function topicsOfList(text: string | undefined): TopicConfig[] {
  const items = (text ?? '').split(',').map((item) => item.trim());
  return items
    .filter((item) => item !== '')
    .map((item) => {
      const [name = '', type = 'NORMAL'] = item.split(':');
      return { name, type: topicType(type, 'MQ_TOPICS') };
    });
}

function topicsOfFile(path: string | undefined): TopicConfig[] {
  if (!path) return [];
  let topics: unknown;
  try {
    topics = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`MQ_TOPICS_FILE ${path} cannot be read: ${String(error)}`);
  }
  if (!Array.isArray(topics)) throw new ConfigError(`MQ_TOPICS_FILE ${path} must hold a list of {name, type}`);
  return topics.map((topic: TopicConfig) => ({ ...topic, type: topicType(String(topic.type), 'MQ_TOPICS_FILE') }));
}

function topicType(text: string, setting: string): TopicType {
  const type = TOPIC_TYPES.find((known) => known === text);
  if (!type) throw new ConfigError(`${setting}: ${text} is no topic type, use ${TOPIC_TYPES.join(', ')}`);
  return type;
}
