import * as fs from 'node:fs';
import type { MessageStore } from '../src/store/message-store.js';
import { RecordKind, type RecordDraft } from '../src/store/record.js';
import { encodeNames } from '../src/store/record-names.js';

/** A message for topic "t", queue 0. */
export function draft(text: string, changes: Partial<RecordDraft> = {}): RecordDraft {
  return {
    kind: RecordKind.MESSAGE,
    messageType: 1,
    topic: 't',
    queueId: 0,
    payload: Buffer.from(text),
    systemProperties: Buffer.alloc(0),
    ...changes,
  };
}

/** The same, to be found by its id and keys. */
export function named(messageId: string, keys: string[] = [], changes: Partial<RecordDraft> = {}): RecordDraft {
  return draft(messageId, { names: encodeNames(messageId, keys), ...changes });
}

/** What a queue holds, oldest first. */
export function texts(store: MessageStore, queueId = 0, topic = 't'): string[] {
  const queue = store.queue(topic, queueId);
  return Array.from({ length: queue.maxOffset - queue.minOffset }, (_, i) => {
    const entry = queue.entry(queue.minOffset + i);
    return entry ? store.read(entry).payload.toString() : 'missing';
  });
}

/** The files as kill -9 would leave them at this moment. */
export function copyOfFiles(dir: string): string {
  const copy = `${dir}-copy`;
  fs.rmSync(copy, { recursive: true, force: true });
  fs.cpSync(dir, copy, { recursive: true });
  return copy;
}
