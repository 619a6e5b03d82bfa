import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as workFor } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { MessageView } from 'rocketmq-client-nodejs';
import { eventually, throughout } from '@trade/testing';
import { noUnhandledError } from '../../test/no-unhandled-error.js';
import { ScriptedBroker } from '../../test/scripted-broker.js';
import { ClientLogger } from './client-logger.js';
import type { Outcome } from './intake.js';
import { ListenerClient, type ListenerClientOptions } from './listener-client.js';

const logFile = join(homedir(), 'logs/rocketmq/rocketmq_client_nodejs.log');
const logFileChangedMs = () => (existsSync(logFile) ? statSync(logFile).mtimeMs : 0);

describe('a listener client', () => {
  let broker: ScriptedBroker;
  const clients: ListenerClient[] = [];

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close(500)));
    broker.stop();
  });

  async function listen(
    handle: (view: MessageView) => Outcome | Promise<Outcome>,
    more: Partial<ListenerClientOptions> = {},
  ) {
    const client = new ListenerClient({
      broker: { endpoints: broker.endpoint, namespace: '', sslEnabled: false, requestTimeout: 2_000 },
      group: 'goods_group',
      topic: 'orderTopic',
      tag: '*',
      orderly: false,
      concurrency: 4,
      logger: new ClientLogger(new Logger('test'), 'test'),
      handle: async (view) => handle(view),
      ...more,
    });
    clients.push(client);
    await client.start(3_000);
    return client;
  }

  it('gives up starting when the broker does not answer its settings', async () => {
    broker.answersSettings = false;
    const client = new ListenerClient({
      broker: { endpoints: broker.endpoint, namespace: '', sslEnabled: false, requestTimeout: 2_000 },
      group: 'g',
      topic: 't',
      tag: '*',
      orderly: false,
      concurrency: 1,
      logger: new ClientLogger(new Logger('test'), 'test'),
      handle: async () => 'done',
    });
    clients.push(client);
    await expect(client.start(300)).rejects.toMatchObject({
      retriable: true,
      message: expect.stringContaining('within 300 ms'),
    });
  });

  it('acknowledges what was handled, many messages with one call', async () => {
    await listen(() => 'done', { concurrency: 64 });
    const ids = Array.from({ length: 96 }, (_, i) => `m${i}`);
    broker.deliver(...ids.map((id) => ({ id })));
    await eventually(() => expect([...broker.acked].sort()).toEqual([...ids].sort()));
    expect(broker.ackCalls).toBeLessThan(32);
  });

  it('asks for a failed message after the delay that the broker lists for this attempt', async () => {
    broker.backoff = { delaysMs: [1_000, 5_000, 10_000] };
    await listen(() => 'retry');
    broker.deliver({ id: 'first' }, { id: 'second', attempt: 2 }, { id: 'ninth', attempt: 9 });
    await eventually(() => expect(broker.nacked).toHaveLength(3));
    expect(Object.fromEntries(broker.nacked.map(({ id, delayMs }) => [id, delayMs]))).toEqual({
      first: 1_000,
      second: 5_000,
      ninth: 10_000,
    });
  });

  it('takes exponential delays in seconds, not in ms', async () => {
    broker.backoff = { initialMs: 5_500, maxMs: 20_000, multiplier: 2 };
    await listen(() => 'retry');
    broker.deliver({ id: 'first' }, { id: 'second', attempt: 2 }, { id: 'third', attempt: 3 });
    await eventually(() => expect(broker.nacked).toHaveLength(3));
    expect(Object.fromEntries(broker.nacked.map(({ id, delayMs }) => [id, delayMs]))).toEqual({
      first: 5_500,
      second: 11_000,
      third: 20_000,
    });
  });

  it('handles as many messages at a time as it may, without pausing between them', async () => {
    let running = 0;
    let most = 0;
    await listen(async (): Promise<Outcome> => {
      most = Math.max(most, ++running);
      await workFor(10);
      running--;
      return 'done';
    });
    const startedAtMs = Date.now();
    broker.deliver(...Array.from({ length: 200 }, (_, i) => ({ id: `m${i}` })));
    await eventually(() => expect(broker.acked).toHaveLength(200));
    expect(most).toBe(4);
    expect(Date.now() - startedAtMs).toBeLessThan(3_000); // 200 / 4 * 10 ms, the first assignment after a second
  });

  it('sends a message to the dead letters at its last attempt, or when no retry can help', async () => {
    await listen((view) => (view.messageId === 'hopeless' ? 'dead' : 'retry'), { maxAttempts: 3 });
    broker.deliver({ id: 'hopeless' }, { id: 'third', attempt: 3 }, { id: 'second', attempt: 2 });
    await eventually(() => expect([...broker.dead].sort()).toEqual(['hopeless', 'third']));
    await eventually(() => expect(broker.nacked).toMatchObject([{ id: 'second' }]));
  });

  describe('of an ordered topic', () => {
    it('retries in place, while what is behind waits and other message groups go on', async () => {
      broker.backoff = { delaysMs: [300] };
      const handled: string[] = [];
      await listen(
        (view) => {
          handled.push(`${view.messageId}#${view.deliveryAttempt}`);
          return view.messageId === 'a1' && view.deliveryAttempt === 1 ? 'retry' : 'done';
        },
        { orderly: true },
      );
      broker.deliver({ id: 'a1', messageGroup: 'a' }, { id: 'a2', messageGroup: 'a' }, { id: 'b1', messageGroup: 'b' });
      await eventually(() => expect(broker.acked).toHaveLength(3));
      expect(handled).toEqual(['a1#1', 'b1#1', 'a1#2', 'a2#1']);
      expect(broker.nacked).toEqual([]);
    });

    it('does not send a message to the dead letters before its last attempt', async () => {
      broker.backoff = { delaysMs: [20] };
      broker.maxAttempts = 3;
      let attempts = 0;
      await listen(() => (attempts++, 'retry'), { orderly: true });
      broker.deliver({ id: 'a1', messageGroup: 'a' });
      await eventually(() => expect(broker.dead).toEqual(['a1']));
      expect(attempts).toBe(3);
    });

    it('hands back a message that waits for its next attempt when it closes', async () => {
      broker.backoff = { delaysMs: [60_000] };
      let failed = false;
      const client = await listen(() => ((failed = true), 'retry'), { orderly: true });
      broker.deliver({ id: 'a1', messageGroup: 'a' }, { id: 'a2', messageGroup: 'a' });
      await eventually(() => failed);
      await client.close(2_000);
      expect(broker.nacked.map(({ id }) => id).sort()).toEqual(['a1', 'a2']);
      expect(broker.dead).toEqual([]);
    });
  });

  describe('that is closed', () => {
    it('does not wait for its long poll', async () => {
      const client = await listen(() => 'done');
      broker.deliver({ id: 'm1' });
      await eventually(() => expect(broker.acked).toEqual(['m1'])); // and it polls again, for 20 s
      const startedAtMs = Date.now();
      await client.close(5_000);
      expect(Date.now() - startedAtMs).toBeLessThan(1_000);
      expect(broker.terminations).toBe(1);
    });

    it('finishes what runs and hands back what has not started', async () => {
      let finish: ((outcome: Outcome) => void) | undefined;
      const client = await listen(() => new Promise<Outcome>((resolve) => (finish = resolve)), { concurrency: 1 });
      broker.deliver({ id: 'running' }, { id: 'waiting' });
      await eventually(() => finish !== undefined);
      const closed = client.close(5_000);
      await eventually(() => expect(broker.nacked).toEqual([{ id: 'waiting', delayMs: 0 }]));
      finish?.('done');
      await closed;
      expect(broker.acked).toEqual(['running']);
    });

    it('hands back what still runs at the deadline, and never hangs', async () => {
      let started = false;
      const client = await listen(() => ((started = true), new Promise<Outcome>(() => undefined)));
      broker.deliver({ id: 'stuck' });
      await eventually(() => started);
      const startedAtMs = Date.now();
      await client.close(1_500);
      expect(Date.now() - startedAtMs).toBeLessThan(2_000);
      expect(broker.nacked).toEqual([{ id: 'stuck', delayMs: 0 }]);
    });

    it('closes in time when the broker is away, and never comes back', async () => {
      const client = await listen(() => 'done');
      broker.stop();
      const startedAtMs = Date.now();
      await client.close(1_000);
      expect(Date.now() - startedAtMs).toBeLessThan(1_500);
      await broker.start();
      const streams = broker.telemetryStreams;
      // the library would knock every second
      await throughout(1_500, () => expect(broker.telemetryStreams).toBe(streams));
    });

    it('survives a broker that goes away later', async () => {
      const client = await listen(() => 'done');
      await client.close(1_000);
      broker.stop(); // breaks the stream whose 'error' listener the library has removed
      await noUnhandledError();
    });
  });

  it('receives again within 3 s when the broker is back', async () => {
    await listen(() => 'done');
    broker.deliver({ id: 'before' });
    await eventually(() => expect(broker.acked).toEqual(['before']));
    await broker.outage(6_000); // reconnecting backs off to its limit
    const backAtMs = Date.now();
    broker.deliver({ id: 'after' });
    await eventually(() => expect(broker.acked).toContain('after'));
    expect(Date.now() - backAtMs).toBeLessThan(3_000);
  }, 20_000);

  it('tells that it is stuck when receiving fails although the broker answers', async () => {
    broker.receiveCode = 50001;
    const client = await listen(() => 'done');
    await eventually(() => expect(client.stuckSinceMs).toBeGreaterThan(0));
    broker.receiveCode = undefined;
    broker.deliver({ id: 'm1' });
    await eventually(() => expect(broker.acked).toEqual(['m1']));
    expect(client.stuckSinceMs).toBeUndefined();
  });

  it('receives a message of 4 MiB', async () => {
    const sizes: number[] = [];
    await listen((view) => (sizes.push(view.body.length), 'done'));
    broker.deliver({ id: 'big', body: Buffer.alloc(4 * 1024 * 1024, 'x') });
    await eventually(() => expect(broker.acked).toEqual(['big']));
    expect(sizes).toEqual([4 * 1024 * 1024]);
  });

  it('writes no log file', async () => {
    const before = logFileChangedMs();
    await listen(() => 'retry', { orderly: true, maxAttempts: 1 });
    broker.deliver({ id: 'm1' });
    await eventually(() => expect(broker.dead).toEqual(['m1']));
    expect(logFileChangedMs()).toBe(before);
  });
});
