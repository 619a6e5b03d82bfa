import { isLoopback, TOPIC_TYPES, type BrokerOptions, type TopicConfig } from '@trade/mq';
import { ConfigError } from './config-error.js';
import { readConfigFile } from './config-file.js';
import { Settings } from './settings.js';

const HOUR_MS = 3600_000;
const MIN_TOKEN_LENGTH = 32;
const YEAR_HOURS = 24 * 365;

/** Reads the settings from the environment. Throws ConfigError with the name of the setting that is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): BrokerOptions {
  const settings = new Settings(env);
  const file = settings.text('MQ_CONFIG_FILE');
  const declared = file === undefined ? { topics: [], groups: [] } : readConfigFile(file);
  return withoutUnset({
    host: settings.text('MQ_HOST') ?? '127.0.0.1',
    grpcPort: settings.integer('MQ_GRPC_PORT', 0, 65_535) ?? 8081,
    adminPort: settings.integer('MQ_ADMIN_PORT', 0, 65_535) ?? 8082,
    adminHost: settings.text('MQ_ADMIN_HOST'),
    adminToken: adminTokenOf(settings),
    dataDir: settings.text('MQ_DATA_DIR') ?? '.data/mq',
    flush: settings.oneOf('MQ_FLUSH', ['SYNC_FLUSH', 'ASYNC_FLUSH']) ?? 'SYNC_FLUSH',
    longPollingMs: settings.integer('MQ_LONG_POLLING_MS', 100, 20_000),
    segmentBytes: settings.integer('MQ_SEGMENT_BYTES', 64 << 10, 1 << 30),
    autoCreateTopics: settings.boolean('MQ_AUTO_CREATE_TOPICS'),
    advertised: settings.address('MQ_ADVERTISED'),
    brokerName: settings.text('MQ_BROKER_NAME'),
    topics: [...declared.topics, ...topicsOfList(settings.text('MQ_TOPICS'))],
    groups: declared.groups,
    tls: tlsOf(settings),
    accessFile: accessFileOf(settings),
    limits: withoutUnset({
      maxConnections: settings.integer('MQ_MAX_CONNECTIONS', 1, 1_000_000),
      maxStreamsPerConnection: settings.integer('MQ_MAX_STREAMS_PER_CONNECTION', 1, 1_000_000),
      maxCalls: settings.integer('MQ_MAX_CALLS', 1, 1_000_000),
      maxInFlightBytes: settings.integer('MQ_MAX_IN_FLIGHT_BYTES', 1 << 20, 2 ** 40),
    }),
    retention: withoutUnset({
      keepMs: hours(settings, 'MQ_KEEP_HOURS'),
      cleanEarlierAt: settings.ratio('MQ_DISK_CLEAN_AT'),
      forceCleanAt: settings.ratio('MQ_DISK_FORCE_CLEAN_AT'),
      refuseAt: settings.ratio('MQ_DISK_REFUSE_AT'),
    }),
    deliveryTraceBytes: settings.integer('MQ_DELIVERY_TRACE_BYTES', 0, 2 ** 40),
    maxDelayMs: hours(settings, 'MQ_MAX_DELAY_HOURS'),
    maxBodyBytes: settings.integer('MQ_MAX_BODY_BYTES', 1, 64 << 20),
    transactionTimeoutMs: settings.integer('MQ_TRANSACTION_TIMEOUT_MS', 1, HOUR_MS),
    transactionCheckIntervalMs: settings.integer('MQ_TRANSACTION_CHECK_INTERVAL_MS', 1, HOUR_MS),
    transactionCheckMax: settings.integer('MQ_TRANSACTION_CHECK_MAX', 1, 1000),
  });
}

/** The settings for the log, without secrets. */
export function printable(options: BrokerOptions): Record<string, unknown> {
  return { ...options, ...(options.adminToken === undefined ? {} : { adminToken: '***' }) };
}

function withoutUnset<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function hours(settings: Settings, name: string): number | undefined {
  const value = settings.positive(name, YEAR_HOURS);
  return value === undefined ? undefined : value * HOUR_MS;
}

function tlsOf(settings: Settings): BrokerOptions['tls'] {
  const certFile = settings.text('MQ_TLS_CERT_FILE');
  const keyFile = settings.text('MQ_TLS_KEY_FILE');
  if (settings.boolean('MQ_TLS') === false) return false;
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  if (certFile !== undefined || keyFile !== undefined)
    throw new ConfigError('MQ_TLS_CERT_FILE and MQ_TLS_KEY_FILE are needed both');
  return undefined;
}

/** In production, clients must sign, unless only this machine reaches the gRPC port: who writes to payTopic says what is paid. */
function accessFileOf(settings: Settings): string | undefined {
  const file = settings.text('MQ_ACCESS_FILE');
  const host = settings.text('MQ_HOST') ?? '127.0.0.1';
  if (file !== undefined || settings.text('NODE_ENV') !== 'production' || isLoopback(host)) return file;
  throw new ConfigError(`MQ_ACCESS_FILE must be set when NODE_ENV is production and the broker listens on ${host}`);
}

/** In production, a token that nobody can know or guess, unless only this machine reaches the admin port. */
function adminTokenOf(settings: Settings): string | undefined {
  const token = settings.text('MQ_ADMIN_TOKEN');
  const host = settings.text('MQ_ADMIN_HOST') ?? settings.text('MQ_HOST') ?? '127.0.0.1';
  if (settings.text('NODE_ENV') !== 'production' || isLoopback(host)) return token;
  if (token !== undefined && token.length >= MIN_TOKEN_LENGTH) return token;
  const needed = `at least ${MIN_TOKEN_LENGTH} characters when NODE_ENV is production and the admin port is on ${host}`;
  throw new ConfigError(`MQ_ADMIN_TOKEN must have ${needed}`);
}

/** `orderTopic:NORMAL,orderTimeoutTopic:DELAY` */
function topicsOfList(text = ''): TopicConfig[] {
  const items = text.split(',').map((item) => item.trim());
  return items
    .filter((item) => item !== '')
    .map((item) => {
      const [name = '', given = 'NORMAL'] = item.split(':');
      const type = TOPIC_TYPES.find((known) => known === given);
      if (!type) throw new ConfigError(`MQ_TOPICS: ${given} is no topic type, use ${TOPIC_TYPES.join(', ')}`);
      return { name, type };
    });
}
