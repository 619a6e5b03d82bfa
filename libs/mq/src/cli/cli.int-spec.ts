import { transformFileSync } from '@swc/core';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { message, RawClient, receiveRequest } from '../../test/raw-client.js';
import { startBroker, type RunningBroker } from '../index.js';

const SOURCES = dirname(fileURLToPath(import.meta.url));
let program: string;
let broker: RunningBroker;
let client: RawClient;

beforeAll(async () => {
  program = compiled();
  broker = await startBroker({
    topics: [{ name: 'orders', type: 'NORMAL', queues: 1 }],
    longPollingMs: 1000,
    log: () => undefined,
  });
  client = new RawClient(broker.endpoint);
});

afterAll(async () => {
  client.close();
  await broker.close();
  fs.rmSync(dirname(program), { recursive: true });
});

/** The CLI imports nothing but itself, so its files alone are the program. */
function compiled(): string {
  const dir = fs.mkdtempSync(join(tmpdir(), 'mq-cli-'));
  fs.writeFileSync(join(dir, 'package.json'), '{"type": "module"}');
  for (const name of fs.readdirSync(SOURCES).filter((file) => !file.endsWith('spec.ts'))) {
    const { code } = transformFileSync(join(SOURCES, name), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    });
    fs.writeFileSync(join(dir, name.replace(/ts$/, 'js')), code);
  }
  return join(dir, 'main.js');
}

interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** Runs the CLI as a process of its own. */
function start(args: string[], env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { env });
  const ended = { code: null, out: '', error: '' } as Ended;
  child.stdout.on('data', (data: Buffer) => (ended.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (ended.error += data.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ended, code }));
  });
}

const mqadmin = (...args: string[]) => start(args, { MQ_ADMIN: `127.0.0.1:${broker.adminPort}` });

/** Lines of a table, split at the gaps between its columns. */
const rows = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

describe('mqadmin', () => {
  it('creates a topic, changes it, shows it and deletes it', async () => {
    const created = await mqadmin('updateTopic', '-t', 'cli', '-r', '2', '-a', '+message.type=FIFO');
    expect(created).toMatchObject({ code: 0, error: '' });
    expect(rows(created.out)).toEqual([
      ['#topic', '#type', '#queues', '#messages', '#delayed'],
      ['cli', 'FIFO', '2', '0', '0'],
    ]);
    await mqadmin('updateTopic', '-t', 'cli', '--type', 'NORMAL');
    expect((await mqadmin('topicList')).out).toMatch(/cli +NORMAL +2/);
    expect(rows((await mqadmin('topicStatus', '-t', 'cli')).out)).toHaveLength(3);
    expect((await mqadmin('topicRoute', '-t', 'cli')).out).toContain(broker.endpoint);
    expect(await mqadmin('deleteTopic', '-t', 'cli')).toMatchObject({ code: 0, out: 'deleted topic cli\n' });
    expect(await mqadmin('deleteTopic', '-t', 'cli')).toMatchObject({
      code: 1,
      error: 'mqadmin: topic "cli" does not exist\n',
    });
  });

  it('sends messages and finds them by id, key and time', async () => {
    const sent = await mqadmin('sendMessage', '-t', 'orders', '-p', 'line 1\nline 2', '-k', 'o1,all', '-c', 'paid');
    const [, id = ''] = /^sent (\w+)\n$/.exec(sent.out) ?? [];
    const byId = await mqadmin('queryMsgById', '-t', 'orders', '-i', id);
    expect(byId.out).toContain('line 1\\nline 2');
    expect(byId.out).toMatch(/tag +paid/);
    expect((await mqadmin('queryMsgByKey', '-t', 'orders', '-k', 'o1')).out).toContain(id);
    expect((await mqadmin('queryMsgByTime', '-t', 'orders', '-b', '1000', '-e', 'now')).out).toContain(id);
    expect((await mqadmin('queryMsgByTime', '-t', 'orders', '-e', '2020-01-01T00:00:00Z')).out).toBe('(none)\n');
    const json = JSON.parse((await mqadmin('queryMsgByKey', '-t', 'orders', '-k', 'all', '--json')).out) as object[];
    expect(json).toMatchObject([{ messageId: id, body: 'line 1\nline 2', keys: ['o1', 'all'] }]);
  });

  it('shows what groups have not finished, and moves them', async () => {
    await mqadmin('updateTopic', '-t', 'moved', '-r', '1');
    await client.send(message('moved'), message('moved'), message('moved'));
    await client.receive(receiveRequest('g-cli', 'moved', { batchSize: 1 }));
    expect((await mqadmin('consumerProgress')).out).toMatch(/g-cli +moved +3 +2 +1 +0/);
    expect(rows((await mqadmin('consumerProgress', '-g', 'g-cli')).out)[1]).toEqual(
      ['moved', '0', '3', '1', '3', '2', '1'], // queue, broker, consumer, lag, ready, inflight
    );
    expect(rows((await mqadmin('skipAccumulatedMessage', '-g', 'g-cli', '-t', 'moved')).out)[1]).toEqual([
      '0',
      '1',
      '3',
    ]);
    const back = await mqadmin('resetOffsetByTime', '-g', 'g-cli', '-t', 'moved', '-s', 'earliest');
    expect(rows(back.out)[1]).toEqual(['0', '3', '0']);
    const on = await mqadmin('resetOffsetByTime', '-g', 'g-cli', '-t', 'moved', '-s', '2026-01-31#12:00:00:000');
    expect(rows(on.out)[1]?.[2]).toBe('0');
  });

  it('declares groups and forgets them', async () => {
    const declared = await mqadmin(
      'updateSubGroup',
      '-g',
      'g-new',
      '-r',
      '4',
      '--retryDelaysMs',
      '10,20',
      '-o',
      'true',
    );
    expect(declared.out).toMatch(/retryMaxTimes +4\nretryDelaysMs +10,20\norderly +true/);
    expect((await mqadmin('subGroupList')).out).toMatch(/g-new +true +4 +0 +-/);
    expect(await mqadmin('deleteSubGroup', '-g', 'g-new')).toMatchObject({ code: 0 });
    expect(await mqadmin('consumerProgress', '-g', 'g-new')).toMatchObject({ code: 1 });
  });

  it('lists dead letters and sends them again', async () => {
    await mqadmin('updateTopic', '-t', 'deadly', '-r', '1');
    await client.send(message('deadly', { systemProperties: { messageId: 'DEAD1' } }));
    const { messages } = await client.receive(receiveRequest('g-dead', 'deadly'));
    const receiptHandle = messages[0]?.systemProperties?.receiptHandle;
    const [group, topic] = [{ name: 'g-dead' }, { name: 'deadly' }];
    await client.call('ForwardMessageToDeadLetterQueue', { group, topic, messageId: 'DEAD1', receiptHandle });
    expect((await mqadmin('dlqList', '-g', 'g-dead')).out).toContain('DEAD1');
    const one = await mqadmin('dlqResend', '-g', 'g-dead', '-i', 'DEAD1');
    expect(one.out).toBe('sent 1 again, 0 were already, 0 failed\n');
    expect((await mqadmin('dlqResend', '-g', 'g-dead', '--all')).out).toBe('sent 0 again, 1 were already, 0 failed\n');
    expect(await mqadmin('dlqResend', '-g', 'g-dead', '-i', 'DEAD2')).toMatchObject({ code: 1 });
  });

  it('lists connected clients', async () => {
    const topic = { name: 'orders' };
    await client.settings({
      clientType: 2,
      subscription: { group: { name: 'g-members' }, subscriptions: [{ topic }] },
    });
    const { out } = await mqadmin('consumerConnection', '-g', 'g-members');
    expect(out).toMatch(new RegExp(`${client.clientId} +push consumer`));
    expect((await mqadmin('producerConnection', '-t', 'orders')).out).toBe('(none)\n');
  });

  it('tells how the broker is', async () => {
    expect((await mqadmin('brokerStatus')).out).toMatch(/takesMessages +yes/);
    expect((await mqadmin('clusterList')).out).toContain(broker.endpoint);
    const { out } = await mqadmin('brokerStatus', '--json');
    expect(JSON.parse(out)).toMatchObject({ broker: 'broker-a', takesMessages: true });
  });

  it('helps, with every command in a list and every option in its command', async () => {
    const list = await mqadmin('--help');
    expect(list.code).toBe(0);
    const commands = [...list.out.matchAll(/^([a-z]\w+) {2,}/gm)].map(([, name]) => name as string);
    expect(commands).toContain('resetOffsetByTime');
    const helps = await Promise.all(commands.map((name) => mqadmin(name, '--help')));
    for (const [i, { code, out }] of helps.entries()) {
      expect(code).toBe(0);
      expect(out).toContain(`usage: mqadmin ${commands[i]}`);
      expect(out).toContain('-n, --address <host:port>');
    }
    expect((await mqadmin('help', 'resetOffsetByTime')).out).toContain('-s, --timestamp <time>');
  });

  it.each([
    [[], 2],
    [['noSuchCommand'], 2],
    [['updateTopic'], 2],
    [['updateTopic', '-t', 'x', '--nonsense'], 2],
    [['updateTopic', '-t', 'x', '-r', 'many'], 2],
    [['updateTopic', '-t', 'x', '-a', 'type=FIFO'], 2],
    [['queryMsgByTime', '-t', 'orders', '-b', 'sometime'], 2],
    [['dlqResend', '-g', 'g'], 2],
    [['updateTopic', '-t', 'x', '--type', 'ODD'], 1],
    [['topicList', '-n', '127.0.0.1:1'], 3],
  ])('ends %j with exit code %i and one line of error', async (args, code) => {
    const ended = await mqadmin(...args);
    expect(ended.code).toBe(code);
    if (args.length > 0) expect(ended.error).toMatch(/^mqadmin: .+\n$/);
  });

  it('reaches a broker that asks for a token', async () => {
    const guarded = await startBroker({ adminToken: 'secret' });
    try {
      const address = `127.0.0.1:${guarded.adminPort}`;
      expect(await start(['topicList', '-n', address], {})).toMatchObject({ code: 1 });
      expect(await start(['topicList', '-n', address, '--token', 'secret'], {})).toMatchObject({ code: 0 });
      expect(await start(['topicList'], { MQ_ADMIN: address, MQ_ADMIN_TOKEN: 'secret' })).toMatchObject({ code: 0 });
    } finally {
      await guarded.close();
    }
  });
});
