/** Pre-encoded SendMessage calls over several connections: the broker, and not who sends, is what is busy. */
import { LoadConnection } from './http2-load.mjs';
import { encode, SERVICE } from './protocol.mjs';

/** After the 5 bytes of gRPC: field 1 (status), 8 bytes or so, whose field 1 is 20000. */
const GOOD_STATUS = Buffer.from([0x08, 0xa0, 0x9c, 0x01]);
const METADATA = {
  'x-mq-protocol': 'v2',
  'x-mq-client-id': 'raw-load@1',
  'x-mq-date-time': '20260101T000000Z',
  'x-mq-request-id': '00000000-0000-4000-8000-000000000000',
  'x-mq-language': 'HTTP',
  'x-mq-client-version': '5.0.7',
};

export class SendLoad {
  #connections;
  #batch;

  /** @param {{topic: string, connections: number, bodyBytes: number, batch?: number, tls?: boolean}} options batch: messages in a call */
  constructor(endpoint, { topic, connections, bodyBytes, batch = 1, tls = false }) {
    const [host, port] = endpoint.split(':');
    const message = encode('SendMessageRequest', { messages: Array(batch).fill(messageOf(topic, bodyBytes)) });
    const accept = (data) => data.subarray(7, 11).equals(GOOD_STATUS);
    const options = {
      host,
      port: Number(port),
      tls,
      path: `${SERVICE}/SendMessage`,
      metadata: METADATA,
      message,
      accept,
    };
    this.#connections = Array.from({ length: connections }, () => new LoadConnection(options));
    this.#batch = batch;
  }

  /** Keeps this many calls under way until stop(). */
  start(inFlight) {
    for (const connection of this.#connections) connection.start(inFlight / this.#connections.length);
  }

  /** Resolves when the calls under way have their answers, or should have. */
  async stop() {
    for (const connection of this.#connections) connection.stop();
    await pause(200);
  }

  /** Forgets what was counted so far. */
  reset() {
    for (const connection of this.#connections) connection.reset();
  }

  /** Messages that are stored. Throws when a call has failed. */
  get sent() {
    const failed = this.#sum('failed');
    if (failed > 0) throw new Error(`${failed} of ${this.#sum('done')} sends failed`);
    return this.#sum('done') * this.#batch;
  }

  get latenciesMs() {
    return this.#connections.flatMap(({ latenciesMs }) => latenciesMs);
  }

  async untilSent(count) {
    while (this.sent < count) await pause(20);
  }

  /** Resolves when all connections are closed, by whomever. */
  get ended() {
    return Promise.allSettled(this.#connections.map(({ ended }) => ended));
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }

  #sum(figure) {
    return this.#connections.reduce((sum, connection) => sum + connection[figure], 0);
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function messageOf(topic, bodyBytes) {
  return {
    topic: { name: topic },
    userProperties: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    systemProperties: {
      tag: 'order_cancel',
      keys: ['345959443973935104'],
      messageId: '01' + 'AB'.repeat(16),
      bodyEncoding: 1,
      messageType: 1,
      bornTimestamp: { seconds: 1_700_000_000 },
      bornHost: 'load',
    },
    body: Buffer.alloc(bodyBytes, 'x'),
  };
}
