/**
 * What a broker does that has nothing to do: processor time while half messages that nobody decides wait, and polls that find
 * nothing. First their producer is asked about each of them and does not know; then it is gone.
 *
 *   node bench/mq/idle.mjs [--half-messages 10000] [--polls 1000] [--connections 10]
 */
import { parseArgs } from 'node:util';
import { cpuMs } from '../orders/proc.mjs';
import { Verdicts } from '../verdicts.mjs';
import { closeAll, rssMb, runAndClose, startBuiltIn } from './processes.mjs';
import { RpcConnection } from './rpc-connection.mjs';
import { pause } from './send-load.mjs';

const HALF_TOPIC = 'undecided';
const IDLE_TOPIC = 'idle';
const SEND_AT_ONCE = 64;
const OK = 20_000;
const MESSAGE_NOT_FOUND = 40_401;
const PRODUCER = 1;
const PUSH_CONSUMER = 2;
const TAG = 1;
const TRANSACTION = 4;
const LONG_POLLING_SECONDS = 20;
/** The broker asks about each half message once in this time. */
const CHECK_INTERVAL_MS = 30_000;
/** A producer without connection is gone after 5 s. */
const GONE_AFTER_MS = 6_000;
/** Of a core. */
const MOST_PERCENT = 2;

const { values: options } = parseArgs({
  options: {
    'half-messages': { type: 'string', default: '10000' },
    polls: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '10' },
    verdicts: { type: 'string' },
  },
});
const halfMessages = Number(options['half-messages']);
const connections = Number(options.connections);
const verdicts = new Verdicts();

/** Sends the half messages, and never tells how they end. */
class UndecidedProducer {
  questions = 0;
  #connection;

  constructor({ endpoint }) {
    this.#connection = new RpcConnection(endpoint, 'producer@1');
    const command = this.#connection.telemetry(({ recoverOrphanedTransactionCommand }) => {
      if (recoverOrphanedTransactionCommand) this.questions++;
    });
    command({ settings: { clientType: PRODUCER, publishing: { topics: [{ name: HALF_TOPIC }] } } });
  }

  async send(count) {
    let next = 0;
    const sender = async () => {
      for (let i = next++; i < count; i = next++) await this.#sendOne(i);
    };
    await Promise.all(Array.from({ length: SEND_AT_ONCE }, sender));
  }

  async #sendOne(i) {
    const messageId = `01${String(i).padStart(32, '0')}`;
    const systemProperties = { messageId, bodyEncoding: 1, messageType: TRANSACTION, bornHost: 'load' };
    const message = { topic: { name: HALF_TOPIC }, systemProperties, body: Buffer.alloc(200, 'x') };
    const [answer] = await this.#connection.call('SendMessage', { messages: [message] });
    if (answer.status.code !== OK) throw new Error(`SendMessage: ${answer.status.code}`);
  }

  close() {
    this.#connection.close();
  }
}

/** Push consumers that wait for messages of which none comes. */
class IdleConsumers {
  waiting = 0;
  #connections = [];
  #closed = false;

  constructor({ endpoint }, polls) {
    for (let i = 0; i < connections; i++) {
      const group = { name: `idle_${i}` };
      const connection = new RpcConnection(endpoint, `consumer@${i}`);
      connection.telemetry(() => undefined)({
        settings: {
          clientType: PUSH_CONSUMER,
          subscription: { group, subscriptions: [{ topic: { name: IDLE_TOPIC } }] },
        },
      });
      this.#connections.push(connection);
      for (let poll = Math.floor((polls + i) / connections); poll > 0; poll--) void this.#poll(connection, group);
    }
  }

  async #poll(connection, group) {
    for (;;) {
      this.waiting++;
      const status = await this.#receive(connection, group);
      this.waiting--;
      if (this.#closed) return;
      if (status?.code !== MESSAGE_NOT_FOUND) throw new Error(`ReceiveMessage: ${status?.code}`);
    }
  }

  /** The status; undefined when the connection is closed meanwhile. */
  async #receive(connection, group) {
    try {
      const [{ status }] = await connection.call('ReceiveMessage', {
        group,
        messageQueue: { topic: { name: IDLE_TOPIC } },
        filterExpression: { type: TAG, expression: '*' },
        batchSize: 32,
        autoRenew: true,
        longPollingTimeout: { seconds: LONG_POLLING_SECONDS },
      });
      return status;
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }

  close() {
    this.#closed = true;
    for (const connection of this.#connections) connection.close();
  }
}

/** Percent of a core over one round of questions. */
async function idlePercent({ pids: [pid] }) {
  const cpu = () => cpuMs([{ name: 'broker', pid }]).broker;
  const beforeMs = cpu();
  const startedMs = performance.now();
  await pause(CHECK_INTERVAL_MS);
  return (100 * (cpu() - beforeMs)) / (performance.now() - startedMs);
}

await runAndClose(async () => {
  const broker = await startBuiltIn('built-in', 'SYNC_FLUSH', [`${HALF_TOPIC}:TRANSACTION`, IDLE_TOPIC]);
  const producer = new UndecidedProducer(broker);
  const consumers = new IdleConsumers(broker, Number(options.polls));
  await producer.send(halfMessages);
  while (producer.questions < halfMessages) await pause(100);
  const asked = producer.questions;
  const askedPercent = await idlePercent(broker);
  const questions = producer.questions - asked;
  producer.close();
  await pause(GONE_AFTER_MS);
  const gonePercent = await idlePercent(broker);
  console.log(
    `${halfMessages} half messages without a decision, ${consumers.waiting} polls that wait on ${connections} connections: ` +
      `${askedPercent.toFixed(2)} % of a core while the producer is asked (${questions} questions in 30 s), ` +
      `${gonePercent.toFixed(2)} % when it is gone; RSS ${rssMb(broker.pids).toFixed(0)} MB`,
  );
  verdicts.atMost('% of a core, idle, undecided half messages asked about', askedPercent, MOST_PERCENT);
  verdicts.atMost('% of a core, idle, their producer gone', gonePercent, MOST_PERCENT);
  consumers.close();
  await closeAll();
  verdicts.print();
  verdicts.save(options.verdicts);
});
