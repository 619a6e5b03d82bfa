import { stopTime } from './virtual-time.js';

/** How a call ended, or an activity. */
export type Outcome = { value: unknown } | { error: Error };

/** Something that runs: a request, a message being handled, a job. */
export interface Activity {
  /** What it does and for what: activities of one name do the same. */
  readonly name: string;
  /** What its clock shows. */
  readonly nowMs: number;
  /** Production code. It talks to the world through calls alone, and what it does depends on their answers alone. */
  run(): Promise<unknown>;
}

type Past = readonly (readonly [callId: number, answer: Outcome])[];

/** An activity between two of its calls' answers. */
export class Point<Call> {
  readonly #after = new Map<string, Point<Call> | Promise<Point<Call>>>();
  #execution: Execution<Call> | undefined;

  constructor(
    private readonly activities: Activities<Call>,
    private readonly activity: Activity,
    private readonly past: Past,
    execution: Execution<Call>,
    /** Names it. */
    readonly number: number,
  ) {
    this.#execution = execution;
    this.calls = new Map([...execution.open].map(([id, { call }]) => [id, call]));
    this.outcome = execution.outcome;
  }

  /** Calls that have no answer yet. */
  readonly calls: ReadonlyMap<number, Call>;
  /** Set when it is over. */
  readonly outcome: Outcome | undefined;

  /** Where it is when that call is answered. */
  after(callId: number, answer: Outcome): Point<Call> | Promise<Point<Call>> {
    const key = `${callId} ${describe(answer)}`;
    const known = this.#after.get(key);
    if (known) return known;
    const learned = this.learn(callId, answer).then((point) => {
      this.#after.set(key, point);
      return point;
    });
    this.#after.set(key, learned);
    return learned;
  }

  /** A promise cannot be copied: what led here runs again, unless it has not gone on from here yet. */
  private async learn(callId: number, answer: Outcome): Promise<Point<Call>> {
    const past = [...this.past, [callId, answer] as const];
    const execution = this.#execution ?? (await this.activities.execute(this.activity, this.past));
    this.#execution = undefined;
    await this.activities.goOn(execution, callId, answer);
    return this.activities.pointOf(this.activity, past, execution);
  }
}

interface Execution<Call> {
  readonly activity: Activity;
  readonly open: Map<number, { call: Call; resolve(value: unknown): void; reject(error: Error): void }>;
  readonly made: Call[];
  outcome?: Outcome;
}

/**
 * Runs activities call by call. What an activity does next is learned by running its production code with the answers
 * that it got so far; it is the same whenever they are the same, so that it runs once for each such past, however many
 * states of the world it is met in.
 */
export class Activities<Call> {
  /** How often production code was run from its start. */
  runs = 0;
  private readonly points = new Map<string, Point<Call>>();
  private current: Execution<Call> | undefined;
  private readonly begun = new Map<string, Point<Call> | Promise<Point<Call>>>();

  /** To be used by what stands for the world: the answer to a call of the activity that is running. */
  call<Value>(call: Call): Promise<Value> {
    const execution = this.current;
    if (!execution) return Promise.reject(new Error(`a call that no activity made: ${JSON.stringify(call)}`));
    return new Promise((resolve, reject) => {
      const callId = execution.made.push(call) - 1;
      execution.open.set(callId, { call, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** The name of the activity that is running. */
  get running(): string {
    return this.execution.activity.name;
  }

  /** The run that is going on: an object of its own. */
  get execution(): { readonly activity: Activity } {
    if (!this.current) throw new Error('no activity is running');
    return this.current;
  }

  /** Where an activity is before any of its calls is answered. */
  begin(activity: Activity): Point<Call> | Promise<Point<Call>> {
    const known = this.begun.get(activity.name);
    if (known) return known;
    const learned = this.execute(activity, []).then((execution) => {
      const point = this.pointOf(activity, [], execution);
      this.begun.set(activity.name, point);
      return point;
    });
    this.begun.set(activity.name, learned);
    return learned;
  }

  /**
   * Equal pasts are one point. Answers that came in another order make no other past, unless other calls followed: where
   * production code makes calls side by side, it waits for all of them.
   */
  pointOf(activity: Activity, past: Past, execution: Execution<Call>): Point<Call> {
    const answered = past.map(
      ([callId, answer]) => `${callId} ${JSON.stringify(execution.made[callId])} ${describe(answer)}`,
    );
    const open = [...execution.open.keys()].map((callId) => `${callId} ${JSON.stringify(execution.made[callId])}`);
    const key = [
      activity.name,
      ...answered.sort(),
      ...open.sort(),
      execution.outcome && describe(execution.outcome),
    ].join('\n');
    let point = this.points.get(key);
    if (!point) {
      point = new Point(this, activity, past, execution, this.points.size);
      this.points.set(key, point);
    }
    return point;
  }

  async execute(activity: Activity, past: Past): Promise<Execution<Call>> {
    this.runs += 1;
    const execution: Execution<Call> = { activity, open: new Map(), made: [] };
    await this.drive(execution, () => {
      activity.run().then(
        (value) => (execution.outcome = { value }),
        (error: Error) => (execution.outcome = { error }),
      );
    });
    for (const [callId, answer] of past) {
      await this.goOn(execution, callId, answer);
    }
    return execution;
  }

  async goOn(execution: Execution<Call>, callId: number, answer: Outcome): Promise<void> {
    const call = execution.open.get(callId);
    if (!call) throw new Error(`${execution.activity.name} does not repeat itself: it has no call ${callId} now`);
    execution.open.delete(callId);
    await this.drive(execution, () => ('error' in answer ? call.reject(answer.error) : call.resolve(answer.value)));
  }

  /** Until it waits for calls only. */
  private async drive(execution: Execution<Call>, push: () => void): Promise<void> {
    const restoreTime = stopTime(execution.activity.nowMs);
    this.current = execution;
    try {
      push();
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      this.current = undefined;
      restoreTime();
    }
    if (!execution.outcome && execution.open.size === 0) {
      throw new Error(`${execution.activity.name} waits for something that is not in the model`);
    }
  }
}

function describe(outcome: Outcome): string {
  if ('value' in outcome) return JSON.stringify(outcome.value) ?? 'undefined';
  return JSON.stringify({ ...outcome.error, message: outcome.error.message });
}
