import { Broker, type AcceptedMessage, type BrokerCoreOptions } from '../src/broker/broker.js';
import { DEFAULT_MESSAGE_LIMITS } from '../src/broker/message-rules.js';

/** The broker without any server, with short times unless told. */
export function openCore(dataDir: string, changes: Partial<BrokerCoreOptions> = {}): Promise<Broker> {
  return Broker.open({
    dataDir,
    segmentBytes: 1 << 20,
    flush: 'ASYNC_FLUSH',
    topics: [],
    groups: [],
    retryDelaysMs: undefined,
    autoCreateTopics: false,
    pushLeaseMs: 60_000,
    clientGoneAfterMs: 1000,
    clientReturnWithinMs: 1000,
    messageLimits: DEFAULT_MESSAGE_LIMITS,
    deliveryTraceBytes: 1 << 20,
    retention: {},
    transactions: { timeoutMs: 60_000, checkIntervalMs: 60_000, maxChecks: 15 },
    log: () => undefined,
    ...changes,
  });
}

/** A message whose body is `text`, as far as the broker without a server looks at it. */
export function coreMessage(text: string, changes: Partial<AcceptedMessage> = {}): AcceptedMessage {
  return {
    type: 'NORMAL',
    clientId: 'producer',
    names: new Uint8Array(),
    messageGroup: undefined,
    tag: undefined,
    deliverAtMs: undefined,
    firstCheckAtMs: undefined,
    payload: Buffer.from(text),
    systemProperties: Buffer.from(`id of ${text}`),
    ...changes,
  };
}
