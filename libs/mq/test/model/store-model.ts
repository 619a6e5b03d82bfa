import { RecordKind } from '../../src/store/record.js';

/** A record as the model keeps it. */
export interface ModelRecord {
  kind: RecordKind;
  topic: string;
  queueId: number;
  text: string;
  key: string;
  dueMs: number;
  physicalOffset: number;
  queueOffset: number;
}

/** What a store holds, as plain lists: obviously right, and slow. */
export class StoreModel {
  /** In the order of the log. */
  readonly records: ModelRecord[] = [];
  readonly #settled = new Set<number>();
  /** The log starts here. */
  minOffset = 0;

  add(record: ModelRecord, sourceOffset = 0): void {
    this.records.push(record);
    if (sourceOffset > 0) this.#settled.add(sourceOffset);
  }

  #pending(kind: RecordKind): ModelRecord[] {
    return this.records.filter((record) => record.kind === kind && !this.#settled.has(record.physicalOffset));
  }

  /** Earliest first. */
  timers(topic?: string): ModelRecord[] {
    return this.#pending(RecordKind.DELAYED)
      .filter((record) => topic === undefined || record.topic === topic)
      .sort((a, b) => a.dueMs - b.dueMs);
  }

  halfMessages(): ModelRecord[] {
    return this.#pending(RecordKind.HALF);
  }

  #visible(topic: string, queueId: number): ModelRecord[] {
    return this.records.filter(
      (record) => record.kind === RecordKind.MESSAGE && record.topic === topic && record.queueId === queueId,
    );
  }

  queue(topic: string, queueId: number): { minOffset: number; maxOffset: number; texts: string[] } {
    const all = this.#visible(topic, queueId);
    const kept = all.filter(({ physicalOffset }) => physicalOffset >= this.minOffset);
    return { minOffset: all.length - kept.length, maxOffset: all.length, texts: kept.map(({ text }) => text) };
  }

  /** Newest first. */
  withKey(topic: string, key: string): string[] {
    return this.records
      .filter((record) => record.kind === RecordKind.MESSAGE && record.topic === topic && record.key === key)
      .filter(({ physicalOffset }) => physicalOffset >= this.minOffset)
      .map(({ text }) => text)
      .reverse();
  }

  oldestPending(): number {
    return Math.min(
      Infinity,
      ...[...this.timers(), ...this.halfMessages()].map(({ physicalOffset }) => physicalOffset),
    );
  }
}
