import 'reflect-metadata';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { DataSource } from 'typeorm';
import { ForgetOldMessagesJob } from './forget-old-messages.job.js';

const KEEP_HOURS = 24;
const DONE = 1;
const FAILED = 2;

let database: MysqlSchema;
let dataSource: DataSource;

beforeAll(async () => {
  database = await mysqlSchema('trade_goods');
  dataSource = await new DataSource({ type: 'mysql', url: database.url }).initialize();
});
beforeEach(() => database.clear());
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function consumed(key: string, status: number, hoursAgo: number): Promise<void> {
  await database.execute(
    `INSERT INTO trade_mq_consumer_log (group_name, msg_tag, msg_key, consumer_status, consumer_times, consumer_timestamp)
     VALUES ('goods_group', 'order_cancel', ?, ?, 1, CURRENT_TIMESTAMP(3) - INTERVAL ? HOUR)`,
    [key, status, hoursAgo],
  );
}

const keys = async () =>
  (await database.rows<{ key: string }>('SELECT msg_key AS `key` FROM trade_mq_consumer_log ORDER BY msg_key')).map(
    ({ key }) => key,
  );

it('messages that were done long ago are forgotten; young ones and failed ones are not', async () => {
  await consumed('done long ago', DONE, KEEP_HOURS + 1);
  await consumed('done just now', DONE, KEEP_HOURS - 1);
  await consumed('failed long ago', FAILED, KEEP_HOURS + 1);
  await new ForgetOldMessagesJob(dataSource, KEEP_HOURS).forget();
  expect(await keys()).toEqual(['done just now', 'failed long ago']);
});

it('more of them than one batch takes are forgotten too', async () => {
  await Promise.all(Array.from({ length: 600 }, (_, index) => consumed(String(index), DONE, KEEP_HOURS + 1)));
  await new ForgetOldMessagesJob(dataSource, KEEP_HOURS).forget();
  expect(await keys()).toEqual([]);
});

it('nothing is forgotten where no time is given', async () => {
  await consumed('done long ago', DONE, 10_000);
  await new ForgetOldMessagesJob(dataSource, undefined).forget();
  expect(await keys()).toEqual(['done long ago']);
});
