/** What became of a request, as its sender knows it: no answer means that nobody knows. */
export type Outcome = 'taken' | 'refused' | 'unavailable' | 'unanswered';

export interface ConfirmRequest {
  /** Sent as the order's consignee, so that the databases tell which request made which order. */
  mark: string;
  story: string;
  outcome: Outcome;
  /** Of a taken one. */
  orderId?: string;
  payAmount?: string;
}

export interface Callback {
  payId: string;
  story: string;
  /** Answered with success at least once. */
  accepted: boolean;
}

/** That a customer asked to have an order cancelled or refunded. */
export interface Ending {
  orderId: string;
  story: string;
  into: 'cancelled' | 'refunded';
  /** Answered with success at least once. */
  accepted: boolean;
}

/** What the senders of all requests were told. The databases must agree with it in the end. */
export class Ledger {
  readonly confirms = new Map<string, ConfirmRequest>();
  /** Rightful reports that money has arrived, by payment. */
  readonly callbacks = new Map<string, Callback>();
  /** By order; no story asks for both. */
  readonly endings = new Map<string, Ending>();
  /** Answers that are wrong whatever happened around them. */
  readonly violations: string[] = [];
  private readonly answers = new Map<string, number>();

  /** @param onViolation hears of each at once */
  constructor(private readonly onViolation: (what: string) => void = () => undefined) {}

  confirmed(request: ConfirmRequest): void {
    this.confirms.set(request.mark, request);
  }

  callback(payId: string, story: string, accepted: boolean): void {
    const known = this.callbacks.get(payId);
    this.callbacks.set(payId, { payId, story, accepted: accepted || (known?.accepted ?? false) });
  }

  ending({ orderId, story, into, accepted }: Ending): void {
    const before = this.endings.get(orderId)?.accepted ?? false;
    this.endings.set(orderId, { orderId, story, into, accepted: accepted || before });
  }

  /** Counts an answer under the name of its door. */
  answered(door: string, answer: string): void {
    const name = `${door}|${answer}`;
    this.answers.set(name, (this.answers.get(name) ?? 0) + 1);
  }

  violated(what: string): void {
    this.violations.push(what);
    this.onViolation(what);
  }

  count(outcome: Outcome): number {
    let count = 0;
    for (const request of this.confirms.values()) if (request.outcome === outcome) count += 1;
    return count;
  }

  get accepted(): Callback[] {
    return [...this.callbacks.values()].filter(({ accepted }) => accepted);
  }

  /** `[door, answer, times]`, most frequent first, door by door. */
  answerCounts(): [string, string, number][] {
    return [...this.answers]
      .map(([name, times]): [string, string, number] => [...(name.split('|') as [string, string]), times])
      .sort(([doorA, , a], [doorB, , b]) => (doorA === doorB ? b - a : doorA < doorB ? -1 : 1));
  }
}
