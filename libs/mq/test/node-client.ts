import {
  ConsumeResult,
  ConsumeService,
  FilterExpression,
  Producer,
  PushConsumer,
  SimpleConsumer,
  type MessageListener,
  type MessageView,
  type ProducerOptions,
  type RetryPolicy,
} from 'rocketmq-client-nodejs';
import type { Settings } from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb.js';

/** The official client writes log files and needs debug(); this one is silent and stays open for the next client. */
const logger = { debug() {}, info() {}, warn() {}, error() {}, close() {} };
const REQUEST_TIMEOUT_MS = 10_000;
const SHUTDOWN_WITHIN_MS = 3000;
const LAST_PAUSE_MS = 50;
const SETTINGS_AGAIN_MS = 20;

type Client = Producer | SimpleConsumer | PushConsumer;
type TelemetryStream = ReturnType<Client['createTelemetryStream']>;

/**
 * A stream that the client has released still ends with an error when the broker goes away; without a listener that error
 * ends the process.
 */
function surviveBrokerStop(client: Client): void {
  const create = client.createTelemetryStream.bind(client);
  client.createTelemetryStream = (endpoints): TelemetryStream => {
    const stream = create(endpoints);
    const remove = stream.removeAllListeners.bind(stream);
    stream.removeAllListeners = () => {
      remove();
      return stream.on('error', () => undefined).resume();
    };
    return stream;
  };
}

/** Settings that come before the client waits for them are lost to it, and it waits for ever. */
function hearEarlySettings(client: Client): void {
  const hear = client.onSettingsCommand.bind(client);
  client.onSettingsCommand = (endpoints, settings) => {
    hear(endpoints, settings);
    if (client.isRunning()) return;
    const again = setInterval(() => {
      if (client.isRunning()) clearInterval(again);
      else hear(endpoints, settings);
    }, SETTINGS_AGAIN_MS).unref();
  };
}

/** The client takes seconds for milliseconds, and ignores a list of pauses, which is what servers send by default. */
function obeyRetryPauses(consumer: PushConsumer): void {
  let policy: RetryPolicy | undefined;
  const hear = consumer.onSettingsCommand.bind(consumer);
  consumer.onSettingsCommand = (endpoints, settings) => {
    policy = retryPolicyOf(settings) ?? policy;
    hear(endpoints, settings);
  };
  consumer.getRetryPolicy = () => policy;
}

function retryPolicyOf(settings: Settings): RetryPolicy | undefined {
  const told = settings.getBackoffPolicy();
  if (!told) return undefined;
  const pausesMs = told
    .getCustomizedBackoff()
    ?.getNextList()
    .map((pause) => pause.getSeconds() * 1000 + pause.getNanos() / 1e6);
  const policy: RetryPolicy = {
    getMaxAttempts: () => told.getMaxAttempts(),
    getNextAttemptDelay: (attempt) => pausesMs?.[Math.min(attempt, pausesMs.length) - 1] ?? 0,
    inheritBackoff: () => policy,
    toProtobuf: () => told,
  };
  return policy;
}

type ProcessQueue = Parameters<ConsumeService['consume']>[0];

/** The client's own services open a log file in $HOME and keep its timer for ever. */
class PlainConsumeService extends ConsumeService {
  constructor(
    clientId: string,
    listener: MessageListener,
    private readonly orderly: boolean,
  ) {
    super(clientId, listener);
  }

  consume(queue: ProcessQueue, views: MessageView[]): void {
    if (this.orderly) void this.#inTurn(queue, views);
    else for (const view of views) void this.consumeMessage(view).then((result) => queue.eraseMessage(view, result));
  }

  async #inTurn(queue: ProcessQueue, views: MessageView[]): Promise<void> {
    for (const view of views) await queue.eraseFifoMessage(view, await this.consumeMessage(view));
  }
}

function consumePlainly(consumer: PushConsumer, listener: MessageListener): void {
  const target = consumer as unknown as { createConsumeService(): ConsumeService };
  target.createConsumeService = () =>
    new PlainConsumeService(consumer.clientId, listener, consumer.getPushConsumerSettings().isFifo());
}

const open: Client[] = [];

async function start<T extends Client>(client: T): Promise<T> {
  surviveBrokerStop(client);
  hearEarlySettings(client);
  await client.startup();
  open.push(client);
  return client;
}

export type { Producer, PushConsumer, SimpleConsumer, MessageView };

export function startProducer(
  endpoints: string,
  topics: string[],
  options: Pick<ProducerOptions, 'checker' | 'maxAttempts'> = {},
): Promise<Producer> {
  return start(
    new Producer({ endpoints, namespace: '', topics, logger, requestTimeout: REQUEST_TIMEOUT_MS, ...options }),
  );
}

export interface Subscription {
  group: string;
  topic: string;
  /** A tag expression, unless it is an SQL filter; all messages unless told. */
  filter?: string | FilterExpression;
}

export function startSimpleConsumer(
  endpoints: string,
  { group, topic, filter = '*' }: Subscription,
  awaitMs = 1000,
): Promise<SimpleConsumer> {
  return start(
    new SimpleConsumer({
      endpoints,
      namespace: '',
      consumerGroup: group,
      subscriptions: new Map([[topic, filter]]),
      awaitDuration: awaitMs,
      requestTimeout: REQUEST_TIMEOUT_MS,
      logger,
    }),
  );
}

/** `consume`: true when the message is done, false when it is to come again. */
export function startPushConsumer(
  endpoints: string,
  { group, topic, filter = '*' }: Subscription,
  consume: (view: MessageView) => boolean | Promise<boolean>,
): Promise<PushConsumer> {
  const messageListener: MessageListener = {
    consume: async (view) => ((await consume(view)) ? ConsumeResult.SUCCESS : ConsumeResult.FAILURE),
  };
  const consumer = new PushConsumer({
    endpoints,
    namespace: '',
    consumerGroup: group,
    subscriptions: new Map([[topic, filter]]),
    messageListener,
    logger,
  });
  consumePlainly(consumer, messageListener);
  obeyRetryPauses(consumer);
  return start(consumer);
}

/** Ends one client with all that it says to the broker when it ends. */
export async function shutdownClient(client: Client): Promise<void> {
  const index = open.indexOf(client);
  if (index >= 0) open.splice(index, 1);
  await shutdown(client);
}

/** The client pauses a second at its end, so that its last words are heard; they are, at once, on one machine. */
function shutdown(client: Client): Promise<void> {
  const target = client as unknown as { sleep(ms: number): Promise<void> };
  const sleep = target.sleep.bind(client);
  target.sleep = (ms) => sleep(Math.min(ms, LAST_PAUSE_MS));
  return client.shutdown();
}

/** Call before the broker stops. Push consumers first wait for their long polls; they are left behind after a while. */
export async function shutdownClients(): Promise<void> {
  const giveUp = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_WITHIN_MS).unref());
  const shutdowns = open.splice(0).map(shutdown);
  await Promise.race([Promise.allSettled(shutdowns), giveUp]);
}
