import type { Endpoints } from 'rocketmq-client-nodejs';
import type {
  AckMessageRequest,
  AckMessageResponse as Answer,
} from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb.js';
import { AckMessageResponse, type BrokerConnections } from './broker-connections.js';

interface Waiting {
  request: AckMessageRequest;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

const MAX_ENTRIES = 64;

/**
 * Acknowledges many messages with one call: those that are done while a call is under way go together in the next. A
 * call costs far more CPU than an entry. One lane per broker and topic; every request has exactly one entry.
 */
export class AckBatcher {
  readonly #lanes = new Map<string, Waiting[]>();

  constructor(private readonly connections: BrokerConnections) {}

  ack(endpoints: Endpoints, request: AckMessageRequest, timeoutMs: number): Promise<Answer> {
    const name = `${endpoints.facade} ${request.getTopic()?.getName()}`;
    return new Promise((resolve, reject) => {
      const lane = this.#lanes.get(name);
      if (lane) {
        lane.push({ request, resolve, reject });
        return;
      }
      const opened: Waiting[] = [{ request, resolve, reject }];
      this.#lanes.set(name, opened);
      void this.#work(name, opened, endpoints, timeoutMs);
    });
  }

  async #work(name: string, lane: Waiting[], endpoints: Endpoints, timeoutMs: number): Promise<void> {
    while (lane.length > 0) await this.#send(lane.splice(0, MAX_ENTRIES), endpoints, timeoutMs);
    this.#lanes.delete(name);
  }

  async #send(batch: Waiting[], endpoints: Endpoints, timeoutMs: number): Promise<void> {
    const [first, ...others] = batch;
    if (!first) return;
    for (const { request } of others) for (const entry of request.getEntriesList()) first.request.addEntries(entry);
    try {
      const answer = await this.connections.ackMessage(endpoints, first.request, timeoutMs);
      const entries = answer.getEntriesList();
      batch.forEach(({ resolve }, index) => {
        const status = entries.length === batch.length ? entries[index]?.getStatus() : answer.getStatus();
        resolve(new AckMessageResponse().setStatus(status));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
