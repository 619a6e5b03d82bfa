import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { message } from '../raw-client.js';
import { shutdownClient } from '../node-client.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { attemptOf, textOf, type GroupMember } from './group-member.js';

const STUCK_CONSUMER = join(dirname(fileURLToPath(import.meta.url)), 'stuck-consumer.mjs');
const mq = new BrokerUnderTest();
const OK = { code: 20000, message: 'OK' };

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
const sorted = (texts: Iterable<string>) => [...texts].sort((a, b) => Number(a) - Number(b));

async function sendNumbers(topic: string, count: number): Promise<void> {
  const client = mq.raw();
  for (const text of numbers(count)) await client.send(message(topic, { body: Buffer.from(text) }));
}

/** Consumes until `done`; gives what it got. */
async function consumeWhile(member: GroupMember, going: () => boolean, seen: string[]): Promise<void> {
  while (going()) {
    const { messages } = await member.poll({ max: 4 });
    seen.push(...messages.map(textOf));
    if (messages.length > 0) await member.ack(...messages);
  }
}

describe('the members of a consumer group', () => {
  const shared = mq.topic();
  const sharedGroup = mq.group();
  it.concurrent('share the messages: each is delivered to one of them', async () => {
    await sendNumbers(shared, 40);
    const seen: string[][] = [[], []];
    const going = () => seen.flat().length < 40;
    const members = await Promise.all(seen.map(() => mq.member({ group: sharedGroup, topic: shared })));
    await Promise.all(members.map((member, i) => consumeWhile(member, going, seen[i] ?? [])));
    expect(sorted(seen.flat())).toEqual(numbers(40));
    expect(seen.every((texts) => texts.length > 0)).toBe(true);
  });

  const joining = mq.topic();
  const joiningGroup = mq.group();
  it.concurrent('get their share from the moment when they join', async () => {
    const first: string[] = [];
    const second: string[] = [];
    const going = () => first.length + second.length < 60;
    const one = consumeWhile(await mq.member({ group: joiningGroup, topic: joining }), going, first);
    await sendNumbers(joining, 20);
    const other = await mq.member({ group: joiningGroup, topic: joining });
    const two = consumeWhile(other, going, second);
    for (let i = 20; i < 60; i++) await mq.producerOf(joining)(`${i}`);
    await Promise.all([one, two]);
    expect(sorted([...first, ...second])).toEqual(numbers(60));
    expect(second.length).toBeGreaterThan(0);
  });

  const leaving = mq.topic();
  const leavingGroup = mq.group();
  it.concurrent('that leave lose nothing: what a push consumer had not done goes to the others soon', async () => {
    const one = await mq.member({ group: leavingGroup, topic: leaving, kind: 'PUSH_CONSUMER' });
    await sendNumbers(leaving, 4);
    const taken = await one.receive(4);
    await one.ack(...taken.filter((each) => textOf(each) === '0'));
    expect((await one.leave()).status).toEqual(OK);
    const leftMs = Date.now();
    const other = await mq.member({ group: leavingGroup, topic: leaving });
    const again = await other.receive(3);
    expect(sorted(again.map(textOf))).toEqual(['1', '2', '3']);
    expect(again.map(attemptOf)).toEqual([2, 2, 2]);
    expect(Date.now() - leftMs).toBeLessThan(differs('afterAGoodbyeMs'));
  });

  const killed = { topic: mq.topic(), group: mq.group() };
  it.concurrent(
    'that die by kill -9 lose nothing: what they had comes again when its invisible time is over',
    async () => {
      await sendNumbers(killed.topic, 4);
      const args = [STUCK_CONSUMER, mq.endpoint, killed.group, killed.topic, '4'];
      const victim = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(victim.stdout, 'data')) as [Buffer];
      const takenMs = Date.now();
      expect(sorted(JSON.parse(line.toString()) as string[])).toEqual(numbers(4));
      victim.kill('SIGKILL');
      const other = await mq.member(killed);
      const again = await other.receive(3, { waitMs: 5000 });
      expect(Date.now() - takenMs).toBeGreaterThan(8000);
      expect(sorted(again.map(textOf))).toEqual(['1', '2', '3']);
      expect(again.map(attemptOf)).toEqual([2, 2, 2]);
    },
  );

  const dead = mq.topic();
  const deadGroup = mq.group();
  it.concurrent(
    'that are killed while they push-consume lose nothing either',
    async () => {
      const victim = await mq.member({ group: deadGroup, topic: dead, kind: 'PUSH_CONSUMER' });
      await sendNumbers(dead, 2);
      await victim.receive(2);
      victim.kill();
      const killedMs = Date.now();
      const other = await mq.member({ group: deadGroup, topic: dead });
      const again = await other.receive(2, { waitMs: 20_000 }, differs('afterAKillMs'));
      expect(sorted(again.map(textOf))).toEqual(['0', '1']);
      expect(Date.now() - killedMs).toBeLessThan(differs('afterAKillMs'));
    },
    240_000,
  );

  const push = mq.topic();
  const pushGroup = mq.group();
  it.concurrent(
    'of the official client get every message once between them, and one that ends hands over',
    async () => {
      const seen: string[][] = [[], []];
      const [one] = await Promise.all(
        seen.map((texts) =>
          mq.pushConsumer({ group: pushGroup, topic: push }, (view) => texts.push(view.body.toString()) > 0),
        ),
      );
      await sendNumbers(push, 50);
      await mq.eventually(() => expect(sorted(seen.flat())).toEqual(numbers(50)));
      if (one) await shutdownClient(one);
      await mq.producerOf(push)('50');
      await mq.eventually(() => expect(seen[1]).toContain('50'));
    },
  );

  const both = mq.topic();
  const groups = [mq.group(), mq.group()];
  it.concurrent('of different groups each get everything', async () => {
    await sendNumbers(both, 10);
    const members = await Promise.all(groups.map((group) => mq.member({ group, topic: both })));
    for (const member of members) expect(sorted(await member.consume(10))).toEqual(numbers(10));
  });

  const news = mq.topic();
  const instances = [mq.group(), mq.group(), mq.group()];
  it.concurrent(
    'broadcasting is a group for each instance: every instance of the official client gets all',
    async () => {
      const seen = instances.map((): string[] => []);
      await Promise.all(
        instances.map((group, i) =>
          mq.pushConsumer({ group, topic: news }, (view) => (seen[i] ?? []).push(view.body.toString()) > 0),
        ),
      );
      await sendNumbers(news, 10);
      await mq.eventually(() => expect(seen.map(sorted)).toEqual(instances.map(() => numbers(10))));
    },
  );

  const young = mq.topic();
  const late = mq.group();
  it.concurrent('of a new group start at the beginning of a young topic', async () => {
    await sendNumbers(young, 5);
    expect(sorted(await (await mq.member({ group: late, topic: young })).consume(5))).toEqual(numbers(5));
  });
});
