import {
  ConsumeService,
  Producer,
  PushConsumer,
  SimpleConsumer,
  type MessageListener,
  type MessageView,
} from 'rocketmq-client-nodejs';

/** The official client writes log files and needs debug(); this one is silent and stays open for the next client. */
const logger = { debug() {}, info() {}, warn() {}, error() {}, close() {} };

type Started = { startup(): Promise<void>; shutdown(): Promise<void> };
type TelemetryStream = {
  removeAllListeners(): unknown;
  on(event: 'error', listener: () => void): unknown;
  resume(): unknown;
};

/**
 * A stream that the client has released still ends with an error when the broker goes away; without a listener that error
 * ends the process.
 */
function surviveBrokerStop<T extends Started>(client: T): T {
  const target = client as unknown as { createTelemetryStream(endpoints: unknown): TelemetryStream };
  const create = target.createTelemetryStream.bind(client);
  target.createTelemetryStream = (endpoints) => {
    const stream = create(endpoints);
    const remove = stream.removeAllListeners.bind(stream);
    stream.removeAllListeners = () => {
      remove();
      stream.on('error', () => undefined);
      return stream.resume();
    };
    return stream;
  };
  return client;
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

function withPlainConsumeService(consumer: PushConsumer, listener: MessageListener): PushConsumer {
  const target = consumer as unknown as { createConsumeService(): ConsumeService; clientId: string };
  target.createConsumeService = () =>
    new PlainConsumeService(target.clientId, listener, consumer.getPushConsumerSettings().isFifo());
  return consumer;
}

const open: Started[] = [];

async function start<T extends Started>(client: T): Promise<T> {
  surviveBrokerStop(client);
  await client.startup();
  open.push(client);
  return client;
}

export function startProducer(endpoints: string, topics: string[]): Promise<Producer> {
  return start(new Producer({ endpoints, namespace: '', topics, logger, requestTimeout: 10_000 }));
}

export function startSimpleConsumer(
  endpoints: string,
  consumerGroup: string,
  topic: string,
  filter = '*',
  awaitMs = 1000,
): Promise<SimpleConsumer> {
  return start(
    new SimpleConsumer({
      endpoints,
      namespace: '',
      consumerGroup,
      subscriptions: new Map([[topic, filter]]),
      awaitDuration: awaitMs,
      logger,
    }),
  );
}

export function startPushConsumer(
  endpoints: string,
  consumerGroup: string,
  topic: string,
  messageListener: MessageListener,
): Promise<PushConsumer> {
  const consumer = new PushConsumer({
    endpoints,
    namespace: '',
    consumerGroup,
    subscriptions: new Map([[topic, '*']]),
    messageListener,
    logger,
  });
  return start(withPlainConsumeService(consumer, messageListener));
}

/** Call before the broker stops. */
export async function shutdownClients(): Promise<void> {
  await Promise.all(open.splice(0).map((client) => client.shutdown()));
}
