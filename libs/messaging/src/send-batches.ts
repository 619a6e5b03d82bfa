import type { MessageOptions } from 'rocketmq-client-nodejs';

/** A message with its place in the caller's list. */
export interface BatchedMessage {
  message: MessageOptions;
  index: number;
}

/** Messages for one request. */
export type Batch = [BatchedMessage, ...BatchedMessage[]];

const MAX_BATCH_MESSAGES = 128;
/** A broker limits a batch as a whole like a single message: 4 MiB. */
const MAX_BATCH_BYTES = 1024 * 1024;
const FORGET_AFTER_MS = 300_000;

/**
 * Topics whose broker takes no batches of the type that the topic holds (Apache RocketMQ: DELAY). Forgotten after a
 * while, since a passing trouble of the broker can look the same.
 */
export class UnbatchableTopics {
  private readonly untilMs = new Map<string, number>();

  add(topic: string): void {
    this.untilMs.set(topic, Date.now() + FORGET_AFTER_MS);
  }

  has(topic: string): boolean {
    return (this.untilMs.get(topic) ?? 0) > Date.now();
  }
}

/**
 * Splits messages into lanes that may be sent side by side: one per topic and type, and per message group. A lane is a
 * list of batches to send one after the other.
 */
export function batchesOf(messages: BatchedMessage[], unbatchable: UnbatchableTopics): Batch[][] {
  const lanes = new Map<string, Batch>();
  for (const each of messages) {
    const { topic, messageGroup, deliveryTimestamp } = each.message;
    const type = messageGroup !== undefined ? `FIFO ${messageGroup}` : deliveryTimestamp ? 'DELAY' : 'NORMAL';
    const name = `${topic} ${type}`;
    const lane = lanes.get(name);
    if (lane) lane.push(each);
    else lanes.set(name, [each]);
  }
  return [...lanes.values()].flatMap((lane) => {
    const [{ message }] = lane;
    if (!unbatchable.has(message.topic)) return [chunksOf(lane)];
    const singles = singlesOf(lane);
    return message.messageGroup !== undefined ? [singles] : singles.map((single) => [single]);
  });
}

export function singlesOf([first, ...rest]: Batch): [Batch, ...Batch[]] {
  return [[first], ...rest.map((each): Batch => [each])];
}

function chunksOf([first, ...rest]: Batch): Batch[] {
  let chunk: Batch = [first];
  let sizeBytes = first.message.body.length;
  const chunks = [chunk];
  for (const each of rest) {
    const bodyBytes = each.message.body.length;
    if (chunk.length < MAX_BATCH_MESSAGES && sizeBytes + bodyBytes <= MAX_BATCH_BYTES) {
      chunk.push(each);
      sizeBytes += bodyBytes;
    } else {
      chunks.push((chunk = [each]));
      sizeBytes = bodyBytes;
    }
  }
  return chunks;
}
