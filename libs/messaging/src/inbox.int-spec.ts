import 'reflect-metadata';
import { AbstractLogger, DataSource, type LogLevel, type LogMessage } from 'typeorm';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { Inbox } from './inbox.js';
import type { SqlSession, Statement } from './sql-transactions.js';
import type { ReceivedMessage } from './message.js';
import { UnrecoverableMessageError } from './messaging-error.js';

describe('the inbox', () => {
  let database: MysqlSchema;
  let dataSource: DataSource;
  let inbox: Inbox;

  beforeAll(async () => {
    database = await mysqlSchema('trade_goods');
    dataSource = await new DataSource({ type: 'mysql', url: database.url, poolSize: 20 }).initialize();
    inbox = new Inbox(dataSource);
    await database.execute('CREATE TABLE effects (message_key varchar(100) NOT NULL)');
  });
  beforeEach(() => database.clear());
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const message = (key: string, attempt = 1): ReceivedMessage => ({
    id: `id-${key}`,
    topic: 'orderTopic',
    tag: 'order_cancel',
    key,
    body: '{"orderId":"1"}',
    payload: { orderId: '1' },
    attempt,
    bornAtMs: Date.now(),
    properties: {},
    group: 'goods_group',
  });
  const effect = (key: string) => async (transaction: SqlSession) => {
    await transaction.query('INSERT INTO effects VALUES (?)', [key]);
  };
  const effects = async () =>
    (await database.rows<{ message_key: string }>('SELECT * FROM effects')).map((row) => row.message_key);
  const log = () =>
    database.rows(
      'SELECT msg_key, msg_id, consumer_status, consumer_times, remark FROM trade_mq_consumer_log ORDER BY msg_key',
    );

  it('does the work once when a message is delivered twice', async () => {
    await inbox.once(message('1'), effect('1'));
    await inbox.once(message('1', 2), effect('1'));
    await inbox.once(message('2'), effect('2'));
    expect(await effects()).toEqual(['1', '2']);
    expect(await log()).toMatchObject([
      { msg_key: '1', msg_id: 'id-1', consumer_status: 1 },
      { msg_key: '2', consumer_status: 1 },
    ]);
  });

  it('does the work once when a message is delivered twenty times at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => inbox.once(message('1'), effect('1'))));
    expect(await effects()).toEqual(['1']);
    expect(await log()).toMatchObject([{ consumer_status: 1 }]);
  });

  it('does the work once also when the first of many deliveries at the same time fails', async () => {
    let failed = false;
    const failFirst = async (transaction: SqlSession) => {
      await effect('1')(transaction);
      if (failed) return;
      failed = true;
      throw new Error('first fails');
    };
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => inbox.once(message('1'), failFirst)));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await effects()).toEqual(['1']);
    expect(await log()).toMatchObject([{ consumer_status: 1 }]);
  });

  it('keeps nothing of a failed try but its record, and lets the next one in', async () => {
    const failing = async (transaction: SqlSession) => {
      await effect('1')(transaction);
      throw new Error('x'.repeat(600));
    };
    await expect(inbox.once(message('1'), failing)).rejects.toThrow('xxx');
    await expect(inbox.once(message('1', 2), failing)).rejects.toThrow('xxx');
    expect(await effects()).toEqual([]);
    expect(await log()).toMatchObject([{ consumer_status: 2, consumer_times: 2, remark: 'x'.repeat(500) }]);
    await inbox.once(message('1', 3), effect('1'));
    expect(await effects()).toEqual(['1']);
    expect(await log()).toMatchObject([{ consumer_status: 1, consumer_times: 3, remark: null }]);
  });

  it('tells messages apart by consumer group and tag, not by message id', async () => {
    await inbox.once(message('1'), effect('goods'));
    await inbox.once({ ...message('1'), group: 'coupon_group' }, effect('coupon'));
    await inbox.once({ ...message('1'), tag: 'order_confirm' }, effect('confirm'));
    await inbox.once({ ...message('1'), id: 'sent again with another id' }, effect('again'));
    expect(await effects()).toEqual(['goods', 'coupon', 'confirm']);
  });

  it('keeps a body that is too long for the column out of the record, not out of work', async () => {
    await inbox.once({ ...message('1'), body: '€'.repeat(100_000) }, effect('1'));
    expect(await effects()).toEqual(['1']);
  });

  it('gives up a message without a key at once: nothing could tell a second delivery', async () => {
    await expect(inbox.once(message(''), effect('1'))).rejects.toBeInstanceOf(UnrecoverableMessageError);
    expect(await effects()).toEqual([]);
  });

  it('costs one statement more than the work and its transaction', async () => {
    const statements: string[] = [];
    const logger = new StatementLog(statements);
    const logged = await new DataSource({ type: 'mysql', url: database.url, logging: ['query'], logger }).initialize();
    statements.length = 0;
    await new Inbox(logged).once(message('1'), effect('1'));
    await logged.destroy();
    expect(statements.map((statement) => statement.split(/\s+/, 1)[0])).toEqual([
      'START',
      'INSERT',
      'INSERT',
      'COMMIT',
    ]);
  });

  describe('and a change that is known before it is made', () => {
    const insert = (key: string): Statement => ['INSERT INTO effects VALUES (?)', [key]];
    const rename = (from: string, to: string): Statement => [
      'UPDATE effects SET message_key = ? WHERE message_key = ?',
      [to, from],
    ];

    it('makes it once when the message is delivered twice', async () => {
      expect(await inbox.changeOnce(message('1'), [insert('1')])).toBe(true);
      expect(await inbox.changeOnce(message('1', 2), [insert('1')])).toBe(false);
      await inbox.once(message('1', 3), effect('1'));
      expect(await effects()).toEqual(['1']);
      expect(await log()).toMatchObject([{ msg_key: '1', msg_id: 'id-1', consumer_status: 1 }]);
    });

    it('makes it once when the message is delivered twenty times at the same time', async () => {
      const deliver = async () => {
        if (!(await inbox.changeOnce(message('1'), [insert('1')]))) await inbox.once(message('1'), effect('1'));
      };
      await Promise.all(Array.from({ length: 20 }, deliver));
      expect(await effects()).toEqual(['1']);
      expect(await log()).toMatchObject([{ consumer_status: 1 }]);
    });

    it('keeps nothing, and knows nothing of the message, when the last statement changes no row or several', async () => {
      expect(await inbox.changeOnce(message('1'), [insert('a'), rename('b', 'c')])).toBe(false);
      expect(await inbox.changeOnce(message('1'), [insert('a'), insert('a'), rename('a', 'b')])).toBe(false);
      expect(await effects()).toEqual([]);
      expect(await log()).toEqual([]);
      expect(await inbox.changeOnce(message('1'), [insert('a'), rename('a', 'b')])).toBe(true);
      expect(await effects()).toEqual(['b']);
    });

    it('leaves a message that failed before, or that has no key, to the long way', async () => {
      await expect(inbox.once(message('1'), () => Promise.reject(new Error('not now')))).rejects.toThrow('not now');
      expect(await inbox.changeOnce(message('1', 2), [insert('1')])).toBe(false);
      expect(await inbox.changeOnce(message(''), [insert('1')])).toBe(false);
      expect(await effects()).toEqual([]);
    });

    it('records that it failed', async () => {
      const nonsense: Statement = ['INSERT INTO nowhere VALUES (?)', ['1']];
      await expect(inbox.changeOnce(message('1'), [nonsense])).rejects.toThrow('nowhere');
      expect(await log()).toMatchObject([{ consumer_status: 2, consumer_times: 1 }]);
    });
  });
});

class StatementLog extends AbstractLogger {
  constructor(private readonly statements: string[]) {
    super(true);
  }

  protected override writeLog(_level: LogLevel, message: LogMessage | LogMessage[]): void {
    for (const { message: text } of [message].flat()) this.statements.push(String(text));
  }
}
