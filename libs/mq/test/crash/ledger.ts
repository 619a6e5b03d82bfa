/** What the clients of a broker that is killed again and again were told, and what they saw. */
export class Ledger {
  /** Every id that was ever sent, whether or not an answer came. */
  readonly sent = new Set<string>();
  /** Ids that must be delivered: their send, or the commit of their transaction, was confirmed. */
  readonly owed = new Set<string>();
  readonly received = new Set<string>();
  /** Ids whose ack was confirmed: they must not come again. */
  readonly acked = new Set<string>();
  /** Ids of transactions whose commit was tried. */
  readonly committed = new Set<string>();
  /** Delivery times, ms since 1970, by id. */
  readonly dueMs = new Map<string, number>();
  /** Newest number that was received first of each message group. */
  readonly #newestOf = new Map<string, number>();
  /** Numbers of each message group whose send was confirmed. */
  readonly #confirmedOf = new Map<string, number[]>();
  /** What must never happen, in words. */
  readonly faults: string[] = [];

  confirmOrdered(group: string, number: number): void {
    const confirmed = this.#confirmedOf.get(group);
    if (confirmed) confirmed.push(number);
    else this.#confirmedOf.set(group, [number]);
  }

  receive(id: string, body: string): void {
    if (body !== bodyOf(id)) this.faults.push(`${id} was delivered with the body ${JSON.stringify(body.slice(0, 60))}`);
    if (!this.sent.has(id)) this.faults.push(`${id} was delivered, and never sent`);
    if (this.acked.has(id)) this.faults.push(`${id} was delivered after its ack was confirmed`);
    if (id.startsWith('tx-') && !this.committed.has(id)) this.faults.push(`${id} was delivered, and never committed`);
    const dueMs = this.dueMs.get(id);
    if (dueMs !== undefined && Date.now() < dueMs) this.faults.push(`${id} came ${dueMs - Date.now()} ms too early`);
    this.received.add(id);
  }

  receiveOrdered(group: string, number: number): void {
    const newest = this.#newestOf.get(group) ?? -1;
    if (number <= newest) return;
    const skipped = (this.#confirmedOf.get(group) ?? []).filter(
      (confirmed) => confirmed > newest && confirmed < number,
    );
    if (skipped.length > 0) this.faults.push(`${group}: ${number} overtook ${skipped.join(', ')}`);
    this.#newestOf.set(group, number);
  }

  missing(): string[] {
    return [...this.owed].filter((id) => !this.received.has(id));
  }
}

/** A body that tells whether a byte of it is wrong. */
export function bodyOf(id: string): string {
  return `${id}:`.repeat(1 + ((id.length * 7 + Number(id.match(/\d+$/)?.[0] ?? 0)) % 40));
}
