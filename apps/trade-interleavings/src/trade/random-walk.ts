import { status } from '@grpc/grpc-js';
import type { Outcome, Point } from '../engine/activity.js';
import type { SideBySide } from '../sql/side-by-side.js';
import type { Call, Calls } from './calls.js';
import type { Environment } from './environment.js';
import { serviceError, transportError } from './execution.js';
import type { Mailbox } from './mailbox.js';
import { bySchema, type Message, type TradeActivity, type World } from './world.js';

type Databases = ReturnType<typeof bySchema<SideBySide>>;
type Run = AsyncGenerator<void, Outcome>;

const MAX_RUNNING = 3;

/**
 * One way through the trade, statement by statement: activities run beside each other, end in the middle, and whatever was
 * sent once comes again or late, be it a call or a message.
 */
export class RandomWalk {
  private running: Run[] = [];
  private readonly messages: Message[] = [];
  private readonly rpcs: TradeActivity[] = [];

  /** @param choose a number from 0 up to, not including, `below` */
  constructor(
    private readonly calls: Calls,
    private readonly databases: Databases,
    private readonly environment: Environment,
    private readonly mailbox: Mailbox,
    private readonly choose: (below: number) => number,
  ) {}

  async walk(steps: number): Promise<void> {
    try {
      for (let step = 0; step < steps; step++) await this.step();
    } finally {
      for (const run of this.running) await crash(run);
    }
  }

  private async step(): Promise<void> {
    const mustBegin = this.running.length === 0;
    const dice = this.choose(40);
    if (mustBegin || (dice < 8 && this.running.length < MAX_RUNNING)) {
      this.running.push(this.run(this.oneOf(this.oneOf(this.possible()))));
      return;
    }
    const run = this.oneOf(this.running);
    const isOver = dice === 8 ? await crash(run) : (await run.next()).done;
    if (isOver) this.running = this.running.filter((other) => other !== run);
  }

  /** By kind, since calls that can come again become many. */
  private possible(): TradeActivity[][] {
    const { environment, mailbox, messages, rpcs } = this;
    const databases = bySchema((schema) => this.databases[schema].snapshot);
    const world: World = { databases, running: [], messages: [], done: [], told: [], faultsLeft: 0 };
    return [
      environment.confirmations(),
      environment.possible(world).flatMap(({ activity, again }) => (again ? [activity, again] : [activity])),
      messages.map((message) => mailbox.handling(message)),
      rpcs,
    ].filter((activities) => activities.length > 0);
  }

  /** Goes on by a statement at a time. */
  private async *run(activity: TradeActivity): Run {
    const database = this.databases[activity.schema];
    const session = await database.open(activity.nowMs);
    try {
      let point: Point<Call> = await this.calls.begin(activity);
      while (!point.outcome) {
        const [callId, call] = this.oneOf([...point.calls]);
        let answer: Outcome | undefined = call.kind === 'rpc' ? yield* this.answerOf(call) : undefined;
        while (call.kind === 'sql' && !answer) {
          answer = await session.send(call.sql, call.parameters);
          await this.collect(database);
          yield;
        }
        point = await point.after(callId, answer!);
      }
      return point.outcome;
    } finally {
      await session.close();
    }
  }

  private async *answerOf({ path, request }: Call & { kind: 'rpc' }): Run {
    const activity = this.environment.rpc(path, request);
    this.rpcs.push(activity);
    const arrivesInTime = this.choose(10) > 0;
    if (!arrivesInTime) return { error: transportError(status.DEADLINE_EXCEEDED) };
    const outcome = yield* this.run(activity);
    return 'error' in outcome ? { error: serviceError(outcome.error) } : outcome;
  }

  private async collect(database: SideBySide): Promise<void> {
    const { snapshot, sent } = this.mailbox.collect(database.name, database.snapshot);
    if (sent.length === 0) return;
    this.messages.push(...sent);
    await database.withoutSent(snapshot);
  }

  private oneOf<Item>(items: readonly Item[]): Item {
    return items[this.choose(items.length)]!;
  }
}

async function crash(run: Run): Promise<true> {
  await run.return({ value: undefined });
  return true;
}
