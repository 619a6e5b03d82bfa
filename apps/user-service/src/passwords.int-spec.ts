import { performance } from 'node:perf_hooks';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Database, KitModule, Peers } from '@trade/service-kit';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { hashOf, Passwords } from './passwords.js';

const USER_ID = '345963634385633280';
/** The hash of `123456` that the sample users have. */
const SAMPLE_HASH = 'scrypt$16384$8$1$c2FtcGxlLXVzZXItMS4uLg==$uupU27EInoxeqhBblSpvT8EMtYwDuqmH+VBccBBU9Uk=';

let schema: MysqlSchema;
let app: INestApplicationContext;
let passwords: Passwords;

beforeAll(async () => {
  schema = await mysqlSchema('trade_user');
  const peers = new Peers({ INTERNAL_TOKEN: 'nobody calls' });
  const kit = KitModule.forRoot({
    peers,
    database: { schema: 'trade_user', url: schema.url, poolSize: 4, entities: [] },
  });
  app = await NestFactory.createApplicationContext(kit, { logger: false });
  passwords = new Passwords(app.get(Database));
});
afterEach(() => schema.clear());
afterAll(async () => {
  await app.close();
  await schema.drop();
});

async function givenPassword(hash: string): Promise<void> {
  await schema.insert('trade_user', { user_id: USER_ID, user_name: 'zs', user_password: hash });
}

async function storedHash(): Promise<string> {
  const [row] = await schema.rows<{ user_password: string }>('SELECT user_password FROM trade_user');
  return row!.user_password;
}

it('the right password is right, any other is not', async () => {
  await givenPassword(await hashOf('correct horse 马'));
  expect(await passwords.isRight(USER_ID, 'correct horse 马')).toBe(true);
  for (const wrong of ['correct horse', 'Correct horse 马', ' correct horse 马', '']) {
    expect(await passwords.isRight(USER_ID, wrong)).toBe(false);
  }
});

it('no password is right for a user who does not exist, or has none', async () => {
  expect(await passwords.isRight('1', '123456')).toBe(false);
  await givenPassword('none');
  for (const guess of ['none', '']) expect(await passwords.isRight(USER_ID, guess)).toBe(false);
});

it.each([
  ['of today', () => hashOf('123456')],
  ['of before', () => SAMPLE_HASH],
])('whether a user with a hash %s exists does not show in the time that it takes', async (_what, hash) => {
  await givenPassword(await hash());
  const timeOf = async (userId: string): Promise<number> => {
    const startMs = performance.now();
    await passwords.isRight(userId, 'a guess');
    return performance.now() - startMs;
  };
  const [known, unknown] = [[] as number[], [] as number[]];
  for (let i = 0; i < 3; i++) {
    known.push(await timeOf(USER_ID));
    unknown.push(await timeOf('1'));
  }
  // the fastest of each is the least disturbed
  const ratio = Math.min(...unknown) / Math.min(...known);
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
});

it('the same password has another hash every time', async () => {
  expect(await hashOf('123456')).not.toBe(await hashOf('123456'));
});

it('a hash that was made with less memory or work is replaced at the next login', async () => {
  await givenPassword(SAMPLE_HASH);
  expect(await passwords.isRight(USER_ID, 'a guess')).toBe(false);
  expect(await storedHash()).toBe(SAMPLE_HASH);
  expect(await passwords.isRight(USER_ID, '123456')).toBe(true);
  const present = await storedHash();
  expect(present).toMatch(/^scrypt\$16384\$8\$5\$/);
  expect(await passwords.isRight(USER_ID, '123456')).toBe(true);
  expect(await storedHash()).toBe(present);
});

it('too many at once are sent away, so that they do not pile up', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 12 }, () => passwords.isRight('1', 'a guess')));
  const refused = answers.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(4);
  expect(answers.slice(0, 8).every(({ status }) => status === 'fulfilled')).toBe(true);
  expect(refused[0]).toMatchObject({ reason: { code: 'SHOP_TOO_MANY_REQUESTS' } });
});
