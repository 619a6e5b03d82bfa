import { milliseconds, RESOLUTION, SOURCE, wireTime, type SendAnswer, type WireMessage } from '../protocol.js';
import { message, RawClient, receiveRequest, type Answer } from '../raw-client.js';
import { bodyOf, type Ledger } from './ledger.js';
import type { Random } from '../random.js';

const OK = 20000;
const MESSAGE_GROUPS = ['g0', 'g1', 'g2', 'g3'];
const LATEST_DELAY_MS = 1500;
/** A poll ends soon, so that a round can end. */
const POLL_MS = 300;

interface HalfMessage {
  id: string;
  transactionId: string;
  commit: boolean;
  /** Its end was sent before, to a broker that did not answer. */
  tried: boolean;
}

interface Delivered {
  topic: string;
  id: string;
  receiptHandle: string;
}

/** Producers and consumers of all kinds of messages, which go on over the deaths of the broker. */
export class Load {
  /** Half messages of earlier rounds whose producer did not say how they end. */
  readonly #undecided: HalfMessage[] = [];
  /** Received, and their acks not confirmed: they are acked again in the next round. */
  #unacked: Delivered[] = [];
  #count = 0;
  readonly #nextOf = new Map<string, number>();

  constructor(
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  /** Sends and receives until the broker is gone. */
  async run(endpoint: string): Promise<void> {
    const clients = Array.from({ length: 3 }, () => new RawClient(endpoint));
    const [a, b, c] = clients as [RawClient, RawClient, RawClient];
    const untilGone = [
      ...Array.from({ length: 4 }, () => this.#repeat(() => this.#sendNormal(a))),
      ...MESSAGE_GROUPS.map((group) => this.#repeat(() => this.#sendOrdered(a, group))),
      this.#repeat(() => this.#sendDelayed(b)),
      this.#repeat(() => this.#sendTransaction(b)),
      this.#repeat(() => this.#endOldTransaction(b)),
      this.consume(c),
    ];
    await Promise.all(untilGone);
    for (const client of clients) client.close();
  }

  /** Every transaction that is left is ended. */
  async endTransactions(client: RawClient): Promise<void> {
    while (this.#undecided.length > 0) await this.#endTransaction(client, 0);
  }

  /** Consumes all topics until the broker is gone, or `enough` says so. */
  async consume(client: RawClient, enough: () => boolean = () => false): Promise<void> {
    await this.#repeat(() => this.#ackAgain(client), true);
    const topics = ['work', 'ordered', 'later', 'tx'];
    await Promise.all(topics.map((topic) => this.#repeat(() => this.#consumeOnce(client, topic), enough)));
  }

  /** Goes on until the connection breaks; any other error is one of the test. */
  async #repeat(step: () => Promise<void>, enough: boolean | (() => boolean) = false): Promise<void> {
    try {
      do await step();
      while (!(typeof enough === 'boolean' ? enough : enough()));
    } catch (error) {
      if ((error as { code?: number }).code === undefined) throw error;
    }
  }

  async #send(client: RawClient, id: string, topic: string, systemProperties = {}): Promise<SendAnswer | undefined> {
    this.ledger.sent.add(id);
    const body = Buffer.from(bodyOf(id));
    const answer = await client.send<SendAnswer>(
      message(topic, { body, systemProperties: { messageId: id, ...systemProperties } }),
    );
    if (answer.status.code === OK) return answer;
    this.ledger.faults.push(`${id} was refused: ${answer.status.message}`);
    return undefined;
  }

  async #sendNormal(client: RawClient): Promise<void> {
    const id = `work-${this.#count++}`;
    if (await this.#send(client, id, 'work')) this.ledger.owed.add(id);
  }

  async #sendOrdered(client: RawClient, messageGroup: string): Promise<void> {
    const number = this.#nextOf.get(messageGroup) ?? 0;
    this.#nextOf.set(messageGroup, number + 1);
    const id = `${messageGroup}-${number}`;
    if (!(await this.#send(client, id, 'ordered', { messageGroup }))) return;
    this.ledger.owed.add(id);
    this.ledger.confirmOrdered(messageGroup, number);
  }

  async #sendDelayed(client: RawClient): Promise<void> {
    const id = `later-${this.#count++}`;
    const deliverAtMs = Date.now() + this.random.between(100, LATEST_DELAY_MS);
    this.ledger.dueMs.set(id, deliverAtMs);
    if (await this.#send(client, id, 'later', { deliveryTimestamp: wireTime(deliverAtMs) })) this.ledger.owed.add(id);
  }

  async #sendTransaction(client: RawClient): Promise<void> {
    const id = `tx-${this.#count++}`;
    const answer = await this.#send(client, id, 'tx', { messageType: 4 });
    const transactionId = answer?.entries[0]?.transactionId;
    if (!transactionId) return;
    this.#undecided.push({ id, transactionId, commit: this.random.next() < 0.5, tried: false });
    if (this.random.next() < 0.6) await this.#endTransaction(client, this.#undecided.length - 1);
  }

  /** Most of them were sent to a broker that has died since. */
  async #endOldTransaction(client: RawClient): Promise<void> {
    if (this.#undecided.length > 0) await this.#endTransaction(client, 0);
    await new Promise((resolve) => setTimeout(resolve, this.random.between(1, 100)));
    // Notices that the broker is gone when there is nothing to end.
    await client.call('QueryRoute', { topic: { name: 'tx' } });
  }

  async #endTransaction(client: RawClient, at: number): Promise<void> {
    const [half] = this.#undecided.splice(at, 1) as [HalfMessage];
    const { id, transactionId, commit, tried } = half;
    if (commit) this.ledger.committed.add(id);
    let status: Answer['status'];
    try {
      ({ status } = await client.call('EndTransaction', {
        topic: { name: 'tx' },
        messageId: id,
        transactionId,
        resolution: commit ? RESOLUTION.COMMIT : RESOLUTION.ROLLBACK,
        source: SOURCE.CLIENT,
      }));
    } catch (error) {
      this.#undecided.push({ ...half, tried: true });
      throw error;
    }
    // A transaction is ended once; a broker that was killed before its answer may have done it.
    if (status.code !== OK && !tried) this.ledger.faults.push(`${id} could not be ended: ${status.message}`);
    else if (commit) this.ledger.owed.add(id);
  }

  async #consumeOnce(client: RawClient, topic: string): Promise<void> {
    const batchSize = this.random.between(1, 16);
    const { messages } = await client.receive(
      receiveRequest(`${topic}_group`, topic, { batchSize, longPollingTimeout: wireTime(POLL_MS) }),
    );
    const delivered = messages.map((received) => this.#note(topic, received));
    this.#unacked.push(...delivered);
    if (delivered.length > 0) await this.#ack(client, topic, delivered);
  }

  #note(topic: string, { body, systemProperties }: WireMessage): Delivered {
    const { messageId, messageGroup, receiptHandle, deliveryTimestamp } = systemProperties;
    this.ledger.receive(messageId, body.toString());
    if (messageGroup) this.ledger.receiveOrdered(messageGroup, Number(messageId.split('-')[1]));
    if (deliveryTimestamp && milliseconds(deliveryTimestamp) !== this.ledger.dueMs.get(messageId))
      this.ledger.faults.push(`${messageId} has another delivery time`);
    return { topic, id: messageId, receiptHandle };
  }

  async #ackAgain(client: RawClient): Promise<void> {
    for (const topic of new Set(this.#unacked.map((delivered) => delivered.topic)))
      await this.#ack(
        client,
        topic,
        this.#unacked.filter((delivered) => delivered.topic === topic),
      );
    this.#unacked = [];
  }

  async #ack(client: RawClient, topic: string, delivered: Delivered[]): Promise<void> {
    const { entries } = await client.call<Answer & { entries: Answer[] }>('AckMessage', {
      group: { name: `${topic}_group` },
      topic: { name: topic },
      entries: delivered.map(({ id, receiptHandle }) => ({ messageId: id, receiptHandle })),
    });
    entries.forEach(({ status }, i) => {
      if (status.code === OK) this.ledger.acked.add((delivered[i] as Delivered).id);
    });
    this.#unacked = this.#unacked.filter((each) => !delivered.includes(each));
  }
}
