/** Polls over several connections that receive batches and acknowledge them. */
import { RpcConnection } from './rpc-connection.mjs';

const BATCH = 32;
const TAG = 1;
const OK = 20_000;
const MESSAGE_NOT_FOUND = 40_401;
const INVISIBLE_SECONDS = 60;
const POLLING_NANOS = 100_000_000;

export class ReceiveLoad {
  #topic;
  #group;
  #connections;
  #pollsEach;

  constructor(endpoint, { topic, group, connections, pollsEach }) {
    this.#topic = { name: topic };
    this.#group = { name: group };
    this.#connections = Array.from({ length: connections }, (_, i) => new RpcConnection(endpoint, `receiver@${i}`));
    this.#pollsEach = pollsEach;
  }

  /** Receives so many messages, or a few more, acknowledges them, and tells how long that took, ms. */
  async receive(count) {
    const startedMs = performance.now();
    let endedMs = startedMs;
    let left = count;
    const poll = async (connection) => {
      while (left > 0) {
        const handles = await this.#receiveBatch(connection);
        if (handles.length === 0) continue;
        left -= handles.length;
        await this.#acknowledge(connection, handles);
        endedMs = performance.now();
      }
    };
    await Promise.all(
      this.#connections.flatMap((connection) => Array.from({ length: this.#pollsEach }, () => poll(connection))),
    );
    return { count: count - left, ms: endedMs - startedMs };
  }

  async #receiveBatch(connection) {
    const answer = await connection.call('ReceiveMessage', {
      group: this.#group,
      messageQueue: { topic: this.#topic },
      filterExpression: { type: TAG, expression: '*' },
      batchSize: BATCH,
      invisibleDuration: { seconds: INVISIBLE_SECONDS },
      longPollingTimeout: { nanos: POLLING_NANOS },
    });
    const { code } = answer[0].status;
    if (code !== OK && code !== MESSAGE_NOT_FOUND) throw new Error(`ReceiveMessage: ${code}`);
    const received = answer.filter(({ message }) => message).map(({ message }) => message.systemProperties);
    if (received.some(({ deliveryAttempt }) => deliveryAttempt !== 1)) throw new Error('a message came a second time');
    return received.map(({ messageId, receiptHandle }) => ({ messageId, receiptHandle }));
  }

  async #acknowledge(connection, entries) {
    const [answer] = await connection.call('AckMessage', { group: this.#group, topic: this.#topic, entries });
    if (answer.status.code !== OK) throw new Error(`AckMessage: ${answer.status.code}`);
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }
}
