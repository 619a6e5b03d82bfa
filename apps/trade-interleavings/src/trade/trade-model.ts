import { status } from '@grpc/grpc-js';
import { declarationsOf } from '@trade/testing';
import { Activities } from '../engine/activity.js';
import type { Model, Step } from '../engine/explore.js';
import { whenKnown, type Maybe } from '../engine/maybe-promise.js';
import { Database, type Snapshot } from '../sql/database.js';
import type { Call } from './calls.js';
import { Environment, type Possible } from './environment.js';
import { Execution, statementOf, type Break } from './execution.js';
import { Invariants } from './invariants.js';
import { Mailbox } from './mailbox.js';
import { brokenPromise } from './promises.js';
import { seed, type FaultKind, type Scenario } from './scenario.js';
import { aloneMessages } from './independence.js';
import { LIMITS, startServices, type Services } from './services.js';
import {
  bySchema,
  keyOf,
  keyOfMessage,
  without,
  type Message,
  type Running,
  type TradeActivity,
  type World,
} from './world.js';

/** For people only: no decision depends on them. */
const UNREAD = new Set(['consumer_times', 'remark', 'cancel_time', 'cancel_reason', 'reason']);
const NOW_MS = Date.UTC(2030, 0, 1);

type Steps = Step<World>[];

/** The whole trade as a state machine: every step that may come next, whoever makes it. */
export class TradeModel implements Model<World> {
  /** States in which nothing is going on any more: every invariant was checked there. */
  settledStates = 0;

  private constructor(
    private readonly scenario: Scenario,
    private readonly services: Services,
    private readonly execution: Execution,
    private readonly mailbox: Mailbox,
    private readonly environment: Environment,
    private readonly invariants: Invariants,
    readonly initial: World,
  ) {}

  /** @param rewrite changes the services' statements: how a test takes a safeguard away */
  static async create(scenario: Scenario, rewrite = (sql: string) => sql): Promise<TradeModel> {
    const calls = new Activities<Call>();
    const services = await startServices(calls);
    const databases = bySchema((schema) => new Database(declarationsOf(schema), rewrite, UNREAD));
    const mailbox = new Mailbox(services, databases, { nowMs: NOW_MS, maxFailures: scenario.faults + 2 });
    const environment = new Environment(services, scenario, NOW_MS);
    const execution = new Execution(calls, databases, mailbox, (path, request) => environment.rpc(path, request));
    const rows = seed(scenario);
    let initial: World = {
      databases: bySchema((schema) => seeded(databases[schema], rows[schema])),
      running: [],
      messages: [],
      done: [],
      told: [],
      faultsLeft: scenario.faults,
    };
    for (const confirmation of environment.confirmations()) initial = await execution.start(initial, confirmation);
    if (scenario.confirmed) initial = await untilNothingRuns(initial, execution);
    const invariants = new Invariants(databases, NOW_MS, LIMITS.confirmMs);
    return new TradeModel(scenario, services, execution, mailbox, environment, invariants, initial);
  }

  stop(): void {
    this.services.stop();
  }

  keyOf(world: World): string {
    return keyOf(world);
  }

  faultOf(world: World): string | undefined | Promise<string | undefined> {
    const broken = this.invariants.broken(world, false) ?? brokenPromise(world, this.scenario.orders.length);
    if (broken !== undefined || !isAtRest(world)) return broken;
    return this.faultOfRest(world);
  }

  stepsFrom(world: World): Steps {
    const reading = this.scenario.readsAtOnce && world.running.find(({ activity }) => activity.readsOnly);
    if (reading) return [this.statement(world, reading, statementOf(reading))];
    const alone = aloneMessages(world, this.mailbox, this.scenario);
    if (alone) return unequal(alone).flatMap((message) => this.deliveries(world, message));
    return [
      ...world.running.flatMap((running) => this.stepsOf(world, running)),
      ...unequal(world.messages).flatMap((message) => this.deliveries(world, message)),
      ...this.environment.possible(world).flatMap((possible) => this.beginnings(world, possible)),
    ];
  }

  private stepsOf(world: World, running: Running): Steps {
    const { execution } = this;
    const { activity, point, transaction, caller } = running;
    const steps: Steps = [];
    for (const [callId, call] of point.calls) {
      if (call.kind !== 'sql') continue;
      const what = () => `${activity.label}: ${firstWords(call.sql)}`;
      steps.push(this.statement(world, running, callId));
      if (transaction) {
        const isVictim = () => execution.isDeadlocked(world, running);
        steps.push({
          label: () => `${what()} is the victim of a deadlock`,
          take: () => (isVictim() ? execution.loseDeadlock(world, running, callId) : undefined),
        });
      }
      for (const when of transaction ? AFTER : activity.readsOnly ? [] : BREAKS) {
        steps.push(
          ...this.fault(
            'broken connection',
            world,
            () => `${what()}, the connection breaks ${when}`,
            (after) => execution.step(after, running, callId, when),
          ),
        );
      }
    }
    if (caller) {
      steps.push(
        ...this.fault(
          'lost reply',
          world,
          () => `the reply of ${activity.label} is lost`,
          (after) => execution.leave(after, running, status.UNAVAILABLE),
        ),
        ...this.fault(
          'timeout',
          world,
          () => `${activity.label} takes too long`,
          (after) => execution.leave(after, running, status.DEADLINE_EXCEEDED),
        ),
        ...this.fault(
          'timeout',
          world,
          () => `${activity.label} takes too long and never arrives`,
          (after) =>
            whenKnown(execution.leave(after, running, status.DEADLINE_EXCEEDED), (left) => ({
              ...left,
              running: left.running.filter(({ activity: other, caller: waits }) => other !== activity || waits),
            })),
        ),
      );
    }
    steps.push(
      ...this.fault(
        'crash',
        world,
        () => `crash of ${activity.label}`,
        (after) => execution.crash(after, running),
      ),
    );
    return steps;
  }

  private statement(world: World, running: Running, callId: number): Step<World> {
    const { activity, point } = running;
    const call = point.calls.get(callId) as Call & { kind: 'sql' };
    return {
      label: () => `${activity.label}: ${firstWords(call.sql)}`,
      take: () => this.execution.step(world, running, callId),
    };
  }

  private deliveries(world: World, message: Message): Steps {
    const activity = this.mailbox.handling(message);
    const deliver = (from: World, broken?: Break) =>
      this.execution.startAndStep({ ...from, messages: without(from.messages, message) }, activity, broken);
    const label = () => activity.label;
    return [
      { label, take: () => deliver(world) },
      ...this.fault(
        'duplicate',
        world,
        () => `${label()}, and will again`,
        (after) => deliver({ ...after, messages: [...after.messages, message] }),
      ),
      ...BREAKS.flatMap((when) =>
        this.fault(
          'broken connection',
          world,
          () => `${label()}, the connection breaks ${when}`,
          (after) => deliver(after, when),
        ),
      ),
    ];
  }

  private beginnings(world: World, { activity, once, again, atOnce }: Possible): Steps {
    const take = () => (atOnce ? this.runAtOnce(world, activity) : this.execution.start(doing(world, once), activity));
    const begin = { label: () => activity.label, take };
    const twice = `${once}, again`;
    if (!again || world.done.includes(twice)) return [begin];
    return [
      begin,
      ...this.fault(
        'duplicate',
        world,
        () => `${again.label}, not for the last time`,
        (after) => this.execution.start(doing(after, twice), again),
      ),
    ];
  }

  private fault(
    kind: FaultKind,
    world: World,
    label: () => string,
    take: (after: World) => ReturnType<Step<World>['take']>,
  ): Steps {
    if (world.faultsLeft === 0 || !this.scenario.kinds.includes(kind)) return [];
    return [{ label: () => `FAULT ${label()}`, take: () => take({ ...world, faultsLeft: world.faultsLeft - 1 }) }];
  }

  /** Nothing goes on by itself any more. If the sweeper, which always sweeps again, changes nothing, this is an end. */
  private async faultOfRest(world: World): Promise<string | undefined> {
    const swept = await this.runAtOnce(world, this.environment.sweep());
    if (keyOf(swept) !== keyOf(world)) return isAtRest(swept) ? this.faultOfRest(swept) : undefined;
    this.settledStates += 1;
    return this.invariants.broken(world, true);
  }

  private runAtOnce(world: World, activity: TradeActivity): Maybe<World> {
    const goOn = (present: World): Maybe<World> => {
      const running = present.running.find((each) => each.activity.name === activity.name);
      if (!running) return present;
      return whenKnown(this.execution.step(present, running, statementOf(running)), (next) => goOn(next!));
    };
    return whenKnown(this.execution.start(world, activity), goOn);
  }
}

const AFTER: readonly Break[] = ['after the commit'];
const BREAKS: readonly Break[] = ['before the commit', 'after the commit'];

/** One activity after the other. */
async function untilNothingRuns(world: World, execution: Execution): Promise<World> {
  const running = world.running.find(({ point }) => [...point.calls.values()].some(({ kind }) => kind === 'sql'));
  if (!running) return world;
  return untilNothingRuns((await execution.step(world, running, statementOf(running)))!, execution);
}

function seeded(database: Database, inserts: readonly string[]): Snapshot {
  return inserts.reduce(
    (snapshot, sql) => database.run(snapshot, undefined, [], { sql, parameters: [], nowMs: NOW_MS })!.snapshot,
    database.empty,
  );
}

function isAtRest({ running, messages }: World): boolean {
  return running.length === 0 && messages.length === 0;
}

function doing(world: World, once: string | undefined): World {
  return once === undefined ? world : { ...world, done: [...world.done, once].sort() };
}

function unequal(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map((message) => [keyOfMessage(message), message])).values()];
}

function firstWords(sql: string): string {
  return sql
    .replace(/^START TRANSACTION;?/, '')
    .trim()
    .split(/\s+/)
    .slice(0, 3)
    .join(' ');
}
