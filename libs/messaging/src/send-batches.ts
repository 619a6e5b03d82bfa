import type { MessageOptions } from 'rocketmq-client-nodejs';

/** Messages for one request, each with its place in the caller's list. */
export type Batch = { message: MessageOptions; index: number }[];

const MAX_BATCH_MESSAGES = 128;
/** A broker limits a batch as a whole like a single message: 4 MiB. */
const MAX_BATCH_BYTES = 1024 * 1024;

/**
 * Splits messages into lanes that may be sent side by side: one per topic, and per message group in it. A lane is a list
 * of batches to send one after the other.
 */
export function batchesOf(messages: Batch, unbatchable: ReadonlySet<string>): Batch[][] {
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
    const topic = lane[0]?.message.topic ?? '';
    if (!unbatchable.has(topic)) return [chunksOf(lane)];
    const singles = lane.map((each) => [each]);
    const ordered = lane[0]?.message.messageGroup !== undefined;
    return ordered ? [singles] : singles.map((single) => [single]);
  });
}

function chunksOf(lane: Batch): Batch[] {
  const chunks: Batch[] = [];
  let sizeBytes = 0;
  let chunk: Batch = [];
  for (const each of lane) {
    const bodyBytes = each.message.body.length;
    if (chunk.length >= MAX_BATCH_MESSAGES || (chunk.length > 0 && sizeBytes + bodyBytes > MAX_BATCH_BYTES)) {
      chunks.push(chunk);
      chunk = [];
      sizeBytes = 0;
    }
    chunk.push(each);
    sizeBytes += bodyBytes;
  }
  return [...chunks, chunk];
}
