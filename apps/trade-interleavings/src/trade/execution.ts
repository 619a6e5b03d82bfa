import type { SchemaName } from '@trade/testing';
import { status } from '@grpc/grpc-js';
import type { Order } from '../../../order-service/src/order.entity.js';
import { toGrpcError } from '../../../../libs/service-kit/src/grpc/grpc-errors.js';
import type { Outcome } from '../engine/activity.js';
import { whenKnown, type Maybe } from '../engine/maybe-promise.js';
import { describeTransaction, type Database, type Snapshot, type SqlCall, type Transaction } from '../sql/database.js';
import { ErrorNumber, SqlError } from '../sql/sql-error.js';
import type { Calls } from './calls.js';
import type { Mailbox } from './mailbox.js';
import {
  bySchema,
  keyOfRunning,
  without,
  type Message,
  type Running,
  type TradeActivity,
  type World,
} from './world.js';

export type Databases = Readonly<Record<SchemaName, Database>>;
type NextWorld = Maybe<World>;

/** When the connection to the database breaks: did the change happen or not? */
export type Break = 'before the commit' | 'after the commit';

/** What one step of an activity makes of its database and of itself. */
interface Advance {
  snapshot: Snapshot;
  sent: readonly Message[];
  next: Running;
  committed: boolean;
}

const CONNECTION_LOST = new SqlError(undefined, 'Connection lost: The server closed the connection.', true);
const DEADLOCK = new SqlError(
  ErrorNumber.Deadlock,
  'Deadlock found when trying to get lock; try restarting transaction',
);

/** Lets activities go on, a step at a time. */
export class Execution {
  private readonly advances = bySchema(() => new Map<string, Advance | undefined>());

  constructor(
    private readonly calls: Calls,
    private readonly databases: Databases,
    private readonly mailbox: Mailbox,
    private readonly rpc: (path: string, request: object) => TradeActivity,
  ) {}

  /** Starts an activity, up to its first calls. */
  start(world: World, activity: TradeActivity, caller?: Running['caller']): NextWorld {
    return whenKnown(this.calls.begin(activity), (point) => {
      return this.place(world, { activity, point, ...(caller && { caller }) });
    });
  }

  /**
   * Runs a statement, and with it those of its transaction that need not be told apart from it.
   * @returns undefined when it has to wait for another activity's transaction
   */
  step(world: World, running: Running, callId: number, broken?: Break): Maybe<World | undefined> {
    const { schema } = running.activity;
    const rest = { ...world, running: without(world.running, running) };
    const others = transactionsOf(rest, schema);
    return whenKnown(this.advance(rest.databases[schema], others, running, callId, broken), (advance) => {
      if (!advance || (broken === 'after the commit' && !advance.committed)) return undefined;
      const { snapshot, sent, next } = advance;
      const messages = sent.length === 0 ? rest.messages : [...rest.messages, ...sent];
      return this.place({ ...rest, databases: { ...rest.databases, [schema]: snapshot }, messages }, next);
    });
  }

  /** Starts an activity with its first step. undefined where that has to wait for another activity's transaction. */
  startAndStep(world: World, activity: TradeActivity, broken?: Break): Maybe<World | undefined> {
    return whenKnown(this.calls.begin(activity), (point) => {
      const running: Running = { activity, point };
      return this.step(world, running, statementOf(running), broken);
    });
  }

  /** Whether every transaction of its database waits for another one. */
  isDeadlocked(world: World, running: Running): boolean {
    const { schema } = running.activity;
    const inTransaction = world.running.filter(
      ({ activity, transaction }) => transaction && activity.schema === schema,
    );
    if (inTransaction.length < 2) return false;
    return inTransaction.every((each) => {
      const call = sqlOf(each, statementOf(each));
      const others = transactionsOf({ ...world, running: without(world.running, each) }, schema);
      return !this.databases[schema].run(world.databases[schema], each.transaction, others, call);
    });
  }

  /** The database ends its transaction, because others wait for it and it for them. */
  loseDeadlock(world: World, running: Running, callId: number): NextWorld {
    const rolledBack = { ...running, transaction: undefined };
    return this.answer({ ...world, running: without(world.running, running) }, rolledBack, callId, { error: DEADLOCK });
  }

  /** What it has not committed is lost. Its message comes again, its caller loses the connection. */
  crash(world: World, running: Running): NextWorld {
    const { message } = running.activity;
    const rest = { ...world, running: without(world.running, running) };
    if (message) return { ...rest, messages: [...world.messages, message] };
    return this.tellCaller(rest, running, { error: transportError(status.UNAVAILABLE) });
  }

  /** Its caller hears no more of it; it goes on. */
  leave(world: World, running: Running, code: status): NextWorld {
    const alone: Running = { ...running, caller: undefined };
    const others = without(world.running, running);
    // a call that only reads makes no difference to anybody else
    const rest = { ...world, running: running.activity.readsOnly ? others : [...others, alone] };
    return this.tellCaller(rest, running, { error: transportError(code) });
  }

  /** What a step does depends on little of the world, and is met again and again. */
  private advance(
    snapshot: Snapshot,
    others: readonly Transaction[],
    running: Running,
    callId: number,
    broken?: Break,
  ): Maybe<Advance | undefined> {
    const key = [snapshot.number, keyOfRunning(running), callId, broken, ...others.map(describeTransaction)].join('|');
    const known = this.advances[running.activity.schema];
    if (known.has(key)) return known.get(key);
    return whenKnown(this.run(snapshot, others, running, callId, broken), (advance) => {
      known.set(key, advance);
      return advance;
    });
  }

  private run(
    before: Snapshot,
    others: readonly Transaction[],
    running: Running,
    callId: number,
    broken?: Break,
  ): Maybe<Advance | undefined> {
    const { schema } = running.activity;
    if (broken === 'before the commit') {
      const here = { snapshot: before, sent: [], committed: false };
      return this.answered(here, { ...running, transaction: undefined }, callId, { error: CONNECTION_LOST }, others);
    }
    const executed = this.databases[schema].run(before, running.transaction, others, sqlOf(running, callId));
    if (!executed) return undefined;
    const { snapshot, sent } = this.mailbox.collect(schema, executed.snapshot);
    const { transaction } = executed;
    const changed = { ...running, transaction };
    const { committed } = executed;
    const answer = committed && broken ? { error: CONNECTION_LOST } : executed.answer;
    return this.answered({ snapshot, sent, committed }, changed, callId, answer, others, broken);
  }

  /** Goes on as far as it makes no difference what happens in between. */
  private answered(
    made: Omit<Advance, 'next'>,
    running: Running,
    callId: number,
    answer: Outcome,
    others: readonly Transaction[],
    broken?: Break,
  ): Maybe<Advance> {
    return whenKnown(running.point.after(callId, answer), (point) => {
      const next: Running = { ...running, point };
      const here: Advance = { ...made, next };
      if (point.outcome || !next.transaction) return here;
      const statement = statementOf(next);
      const database = this.databases[next.activity.schema];
      if (!database.isPartOfOneStep(made.snapshot, next.transaction, sqlOf(next, statement))) return here;
      return whenKnown(this.run(made.snapshot, others, next, statement, broken), (further) => further ?? here);
    });
  }

  private answer(rest: World, running: Running, callId: number, answer: Outcome): NextWorld {
    return whenKnown(running.point.after(callId, answer), (point) => this.place(rest, { ...running, point }));
  }

  /** @param rest the world without this activity */
  private place(rest: World, running: Running): NextWorld {
    const { outcome } = running.point;
    return outcome ? this.finish(rest, running, outcome) : this.wait(rest, running);
  }

  /** It has calls without an answer; those to other services begin to be served. */
  private wait(rest: World, running: Running): NextWorld {
    let world: NextWorld = { ...rest, running: [...rest.running, running] };
    for (const [callId, call] of running.point.calls) {
      if (call.kind !== 'rpc') continue;
      const caller = { name: running.activity.name, callId };
      if (rest.running.some(({ caller: other }) => other?.name === caller.name && other.callId === callId)) continue;
      world = whenKnown(world, (present) => this.start(present, this.rpc(call.path, call.request), caller));
    }
    return world;
  }

  private finish(rest: World, running: Running, outcome: Outcome): NextWorld {
    const { message, tellsOrder } = running.activity;
    if (message) return 'error' in outcome ? this.mailbox.failed(rest, message, outcome.error) : rest;
    if (tellsOrder) return 'value' in outcome ? withTold(rest, outcome.value as Order) : rest;
    return this.tellCaller(rest, running, 'error' in outcome ? { error: serviceError(outcome.error) } : outcome);
  }

  private tellCaller(rest: World, { caller }: Running, answer: Outcome): NextWorld {
    const waiting = caller && rest.running.find(({ activity }) => activity.name === caller.name);
    if (!waiting) return rest;
    return this.answer({ ...rest, running: without(rest.running, waiting) }, waiting, caller.callId, answer);
  }
}

function withTold(world: World, { orderId, orderStatus }: Order): World {
  return { ...world, told: [...new Set([...world.told, `${orderId} ${orderStatus}`])].sort() };
}

/** The statement that an activity waits for, perhaps beside calls of other services. */
export function statementOf({ activity, point }: Running): number {
  const statements = [...point.calls].filter(([, { kind }]) => kind === 'sql');
  if (statements.length !== 1)
    throw new Error(`${activity.name} waits for ${statements.length} statements, not for one`);
  return statements[0]![0];
}

function sqlOf({ activity, point }: Running, callId: number): SqlCall {
  const call = point.calls.get(callId);
  if (call?.kind !== 'sql' || call.schema !== activity.schema) {
    throw new Error(`${activity.name} waits for no statement of ${activity.schema}: ${JSON.stringify(call)}`);
  }
  return { sql: call.sql, parameters: call.parameters, nowMs: activity.nowMs };
}

function transactionsOf({ running }: World, schema: SchemaName): Transaction[] {
  return running.flatMap(({ activity, transaction }) =>
    transaction && activity.schema === schema ? [transaction] : [],
  );
}

/** What a gRPC client is answered when the handler threw. */
export function serviceError(error: Error): Error {
  const answer = toGrpcError(error);
  return Object.assign(new Error(answer.message), answer);
}

const transportErrors = new Map<status, Error>();

export function transportError(code: status): Error {
  let error = transportErrors.get(code);
  if (!error) {
    error = Object.assign(new Error(status[code]), { code, details: status[code] });
    transportErrors.set(code, error);
  }
  return error;
}
