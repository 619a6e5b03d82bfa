import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually, mysqlSchema, type MysqlSchema } from '@trade/testing';
import { Database, IF_ONE_CHANGED } from '../database/database.js';
import { problemOf } from '../http/problem.js';
import { Peers } from '../grpc/peers.js';
import { KitModule } from '../kit.module.js';
import { ShopError } from '../shop-error.js';
import { runInTrace } from '../tracing/trace.js';
import type { Claim } from './claim.js';
import { ForgetOldRequestsJob } from './forget-old-requests.job.js';
import { IdempotentRequests, type IdempotentRequest } from './idempotent-requests.js';

/** What a request makes, in these tests. */
interface Thing {
  thingId: string;
}

let schema: MysqlSchema;
let app: INestApplicationContext;
let database: Database;
let requests: IdempotentRequests;

beforeAll(async () => {
  schema = await mysqlSchema('trade_order');
  await schema.execute('CREATE TABLE thing (thing_id bigint NOT NULL PRIMARY KEY)');
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: 'trade_order', url: schema.url, poolSize: 8, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  database = app.get(Database);
  requests = new IdempotentRequests(database);
});
afterAll(async () => {
  await app?.close();
  await schema?.drop();
});
beforeEach(() => schema.clear());

let lastId = 0;
const things = () => schema.rows('SELECT * FROM thing');
const nothing = () => Promise.resolve(undefined);
const secondsPass = (seconds: number) =>
  schema.execute(
    `UPDATE idempotency_key SET lease_until = lease_until - INTERVAL ? SECOND, expire_time = expire_time - INTERVAL ? SECOND`,
    [seconds, seconds],
  );

async function makeThing(claim?: Claim): Promise<Thing> {
  const thingId = String(++lastId);
  await claim?.create(thingId, [`INSERT INTO thing (thing_id) VALUES (${IF_ONE_CHANGED})`, [thingId]]);
  return { thingId };
}

function once(
  changes: Partial<IdempotentRequest<Thing>> = {},
  work: (claim?: Claim) => Promise<Thing> = makeThing,
  by = requests,
): Promise<Thing> {
  const request = { key: 'k', operation: 'make', userId: '1', body: { size: 1n, colour: 'red' }, settle: nothing };
  return by.once({ ...request, ...changes }, work);
}

/** A process to which something happens between its look at a request and what it does then. */
function afterReading(happens: () => Promise<void>): IdempotentRequests {
  const query: Database['query'] = async <Result>(sql: string, parameters?: unknown[]) => {
    const result = await database.query<Result>(sql, parameters);
    if (sql.includes('SELECT request_hash')) await happens();
    return result;
  };
  return new IdempotentRequests(Object.assign(Object.create(database) as Database, { query }));
}

/** A run whose process dies after it has made its thing. */
async function dyingRun(beforehand = Promise.resolve()): Promise<string> {
  const died = new Promise<never>(() => undefined);
  let made: (thing: Thing) => void;
  const making = new Promise<Thing>((resolve) => (made = resolve));
  void once({}, async (claim) => {
    await beforehand;
    made(await makeThing(claim));
    return died;
  });
  return (await making).thingId;
}

/** Work that waits to go on, as in a process that is stopped for a while. */
function pausedRun(): { result: Promise<Thing>; begun: Promise<void>; goOn: () => void } {
  let goOn!: () => void;
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const paused = new Promise<void>((resolve) => (goOn = resolve));
  const result = once({}, async (claim) => {
    begin();
    await paused;
    return makeThing(claim);
  });
  return { result, begun, goOn };
}

it('a request without a key is done each time, and nothing is kept of it', async () => {
  await once({ key: undefined });
  await once({ key: undefined });
  expect(await schema.rows('SELECT * FROM idempotency_key')).toEqual([]);
});

it('a repeated request is answered like the first time, and done once', async () => {
  const first = await once();
  expect(await once()).toEqual(first);
  expect(await things()).toHaveLength(1);
});

it('the order of the fields does not make another request, another value does', async () => {
  const first = await once();
  expect(await once({ body: { colour: 'red', size: 1n } })).toEqual(first);
  await expect(once({ body: { colour: 'red', size: 2n } })).rejects.toMatchObject({
    code: 'SHOP_IDEMPOTENCY_KEY_REUSED',
    httpStatus: 422,
  });
});

it('users and operations know nothing of each other’s keys, and keys differ by case', async () => {
  const answers = await Promise.all([once(), once({ userId: '2' }), once({ operation: 'mend' }), once({ key: 'K' })]);
  expect(new Set(answers.map(({ thingId }) => thingId)).size).toBe(4);
});

it('of many at the same time one is done, and the others get its answer or hear that it is in progress', async () => {
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => once()));
  const [thing] = await things();
  expect(await things()).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'fulfilled') expect(result.value).toEqual({ thingId: String(thing!['thing_id']) });
    else expect(result.reason).toMatchObject({ code: 'SHOP_REQUEST_IN_PROGRESS', httpStatus: 409, retriable: true });
  }
});

it('a refusal is the answer from then on, to the letter', async () => {
  const refuse = () => Promise.reject(new ShopError('SHOP_GOODS_NUM_NOT_ENOUGH'));
  const problem = (traceId: string) =>
    runInTrace(`00-${traceId}-00f067aa0ba902b7-01`, () =>
      once({}, refuse).catch((error: ShopError) => problemOf(error)),
    );
  const [first, second] = [await problem('1'.repeat(32)), await problem('2'.repeat(32))];
  expect(first).toMatchObject({ status: 409, code: 'SHOP_GOODS_NUM_NOT_ENOUGH' });
  expect(second).toEqual(first);
  await expect(once()).rejects.toThrow('There is not enough stock');
  expect(await things()).toEqual([]);
});

it.each([
  ['a timeout', new ShopError('SHOP_SERVICE_TIMEOUT')],
  ['an internal error', new ShopError('SHOP_INTERNAL_ERROR')],
  ['any other error', new Error('out of memory')],
])('after %s a repetition is done afresh, at once', async (_what, error) => {
  await expect(once({}, () => Promise.reject(error))).rejects.toBeInstanceOf(ShopError);
  await once();
  expect(await things()).toHaveLength(1);
});

describe('a run that died', () => {
  it('blocks the request for ten seconds', async () => {
    await dyingRun();
    await secondsPass(8);
    await expect(once()).rejects.toMatchObject({ code: 'SHOP_REQUEST_IN_PROGRESS' });
    await secondsPass(3);
    await once();
  });

  it('has made something: that is the answer, now and later', async () => {
    const thingId = await dyingRun();
    await secondsPass(11);
    const settle = (id: string) => Promise.resolve({ thingId: id });
    expect(await once({ settle })).toEqual({ thingId });
    expect(await once()).toEqual({ thingId });
    expect(await things()).toHaveLength(1);
  });

  it('has made something that nothing came of: the request is done afresh', async () => {
    const dead = await dyingRun();
    await secondsPass(11);
    const { thingId } = await once();
    expect(thingId).not.toBe(dead);
    expect(await once()).toEqual({ thingId });
  });

  it('may still hold what the next run needs: its refusal is not the last word', async () => {
    await dyingRun();
    await secondsPass(11);
    const refuse = () => Promise.reject(new ShopError('SHOP_COUPON_ISUSED'));
    await expect(once({}, refuse)).rejects.toMatchObject({ code: 'SHOP_COUPON_ISUSED' });
    expect(await once()).toMatchObject({ thingId: expect.any(String) });
  });

  it('was only asleep: it makes nothing any more, and does not touch the answer of the run that took over', async () => {
    const asleep = pausedRun();
    await asleep.begun;
    await secondsPass(11);
    const answer = await once();
    asleep.goOn();
    await expect(asleep.result).rejects.toMatchObject({ code: 'SHOP_REQUEST_IN_PROGRESS' });
    expect(await once()).toEqual(answer);
    expect(await things()).toHaveLength(1);
  });

  it('was only asleep: it makes nothing beside the run that took over and is still under way', async () => {
    const asleep = pausedRun();
    await asleep.begun;
    await secondsPass(11);
    const successor = pausedRun();
    await successor.begun;
    asleep.goOn();
    await expect(asleep.result).rejects.toMatchObject({ code: 'SHOP_REQUEST_IN_PROGRESS' });
    expect(await things()).toEqual([]);
    successor.goOn();
    await successor.result;
    expect(await things()).toHaveLength(1);
  });

  it('made something after it was read and before it is taken over: who takes over does not miss that', async () => {
    let goOn!: () => void;
    const making = dyingRun(new Promise<void>((resolve) => (goOn = resolve)));
    await eventually(async () => (await schema.rows('SELECT * FROM idempotency_key')).length === 1);
    const slowReader = afterReading(async () => {
      goOn();
      await making;
      await secondsPass(11);
    });
    await expect(once({}, makeThing, slowReader)).rejects.toMatchObject({ code: 'SHOP_REQUEST_IN_PROGRESS' });
    expect(await things()).toHaveLength(1);
    const settle = (thingId: string) => Promise.resolve({ thingId });
    expect(await once({ settle })).toEqual({ thingId: await making });
  });

  it('is taken over by one of many', async () => {
    await dyingRun();
    await secondsPass(11);
    await Promise.allSettled(Array.from({ length: 20 }, () => once()));
    expect(await things()).toHaveLength(2);
  });
});

it('requests are forgotten after 24 hours, and not before', async () => {
  const job = new ForgetOldRequestsJob(database);
  await once();
  await secondsPass(24 * 3600 - 10);
  await job.forget();
  expect(await schema.rows('SELECT * FROM idempotency_key')).toHaveLength(1);
  await secondsPass(11);
  await job.forget();
  expect(await schema.rows('SELECT * FROM idempotency_key')).toEqual([]);
});
