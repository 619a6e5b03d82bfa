import { FilterExpression } from 'rocketmq-client-nodejs';
import { FILTER_TYPE } from '../protocol.js';
import { message } from '../raw-client.js';
import { differs } from './differences.js';
import { BrokerUnderTest } from './engine.js';
import { textOf, type GroupMember } from './group-member.js';

const mq = new BrokerUnderTest();

/** Receives until a poll comes back empty. */
async function allOf(member: GroupMember): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { messages } = await member.poll({ waitMs: 100 });
    if (messages.length === 0) return bodies.sort();
    bodies.push(...messages.map(textOf));
  }
}

describe('a tag filter', () => {
  const topic = mq.topic();
  beforeAll(() =>
    mq
      .raw()
      .send(
        ...['order_cancel', 'order_confirm', 'order', '', 'Aa', 'Größe', 'a b'].map((tag) =>
          message(topic, { body: Buffer.from(tag || 'none'), ...(tag && { systemProperties: { tag } }) }),
        ),
      ),
  );
  const ALL = ['order_cancel', 'order_confirm', 'order', 'none', 'Aa', 'Größe', 'a b'];

  it.concurrent.each<[string, string[], string]>(
    [
      ['*', ALL],
      ['', ALL],
      ['order', ['order']],
      ['order_cancel || order', ['order_cancel', 'order']],
      ['order_cancel||order_confirm||order', ['order_cancel', 'order_confirm', 'order']],
      ['|| order ||', ['order']],
      ['Größe', ['Größe']],
      ['a b', ['a b']],
      // of the same hash as Aa
      ['BB', []],
      ['Order', []],
      ['order_*', []],
    ].map(([tags, expected]) => [tags as string, expected as string[], mq.group()]),
  )('%j lets %j pass', async (tags, expected, group) => {
    expect(await allOf(await mq.member({ group, topic, tags }))).toEqual([...expected].sort());
  });

  const noTag = mq.group();
  it.concurrent('without any tag in it is refused', async () => {
    const member = await mq.member({ group: noTag, topic, tags: '*' });
    const { status } = await member.poll({ tags: '||' });
    expect(status.code).toBe(40010);
  });

  const push = mq.group();
  it.concurrent('works for push consumers of the official client; what it refuses is done for the group', async () => {
    const bodies: string[] = [];
    await mq.pushConsumer({ group: push, topic, filter: 'order_cancel || order' }, (view) => {
      bodies.push(view.body.toString());
      return true;
    });
    await mq.eventually(() => expect([...bodies].sort()).toEqual(['order', 'order_cancel']));
    expect(await allOf(await mq.member({ group: push, topic, tags: '*' }))).toEqual([]);
  });
});

describe('an SQL filter', () => {
  const topic = mq.topic();
  const full = {
    price: '20.5',
    quantity: '3',
    product: 'MQ',
    quoted: "it's",
    urgent: 'true',
    huge: '9007199254740993',
  };
  const cheap = { price: '5', quantity: '1', product: 'book', region: 'eu' };
  const wordy = { price: 'abc', _$1: 'x' };
  beforeAll(async () => {
    const client = mq.raw();
    await client.send(
      message(topic, { body: Buffer.from('full'), userProperties: full, systemProperties: { tag: 'order_paid' } }),
      message(topic, { body: Buffer.from('cheap'), userProperties: cheap }),
      message(topic, { body: Buffer.from('wordy'), userProperties: wordy }),
      message(topic, { body: Buffer.from('bare') }),
    );
  });
  const ALL = ['bare', 'cheap', 'full', 'wordy'];

  it.concurrent.each<[string, string[], string]>(
    [
      ['TRUE', ALL],
      ['FALSE', []],
      ['quantity = 3', ['full']],
      ['quantity = 3.0', ['full']],
      ['quantity <> 3', ['cheap']],
      ['price > 20.0', ['full']],
      ['price >= 20.5', ['full']],
      ['price < 20.5', ['cheap']],
      ['price <= 20.5', ['cheap', 'full']],
      ['price > -1.0', ['cheap', 'full']],
      ['3.0 < price', ['cheap', 'full']],
      ['price > quantity', ['cheap', 'full']],
      ['huge = 9007199254740993', ['full']],
      ['huge = 9007199254740992', []],
      ["product = 'MQ'", ['full']],
      ["product = 'mq'", []],
      ["product <> 'MQ'", ['cheap']],
      ["quoted = 'it''s'", ['full']],
      ["_$1 = 'x'", ['wordy']],
      ["TAGS = 'order_paid'", ['full']],
      ['TAGS IS NOT NULL', ['full']],
      ["TAGS IS NOT NULL AND TAGS IN ('order_paid', 'order_sent')", ['full']],
      ['urgent = TRUE', ['full']],
      ['urgent = FALSE', []],
      ['price BETWEEN 5.0 AND 20.5', ['cheap', 'full']],
      ['price BETWEEN 6.0 AND 100.0', ['full']],
      ['price NOT BETWEEN 6.0 AND 100.0', ['cheap']],
      ["product IN ('MQ', 'pen')", ['full']],
      ["product NOT IN ('MQ', 'pen')", ['cheap']],
      ['region IS NULL', ['bare', 'full', 'wordy']],
      ['region IS NOT NULL', ['cheap']],
      ["price > 1.0 AND product = 'book'", ['cheap']],
      ["product = 'MQ' OR product = 'book'", ['cheap', 'full']],
      ["NOT (product = 'MQ')", ['cheap']],
      ["NOT (product = 'MQ' OR region = 'eu')", []],
      ['NOT (region IS NULL)', ['cheap']],
      ["(price BETWEEN 10.0 AND 100.0) AND region IS NULL OR product = 'book'", ['cheap', 'full']],
      ["product = 'book' OR product = 'MQ' AND price > 100.0", ['cheap']],
      ['price between 10.0 and 100.0 and Quantity is null', ['full']],
      // unknown AND false is false, unknown OR true is true, NOT unknown is unknown
      ['missing = 1 OR TRUE', ALL],
      ['missing = 1 AND FALSE', []],
      ['NOT (missing = 1 AND FALSE)', ALL],
      ['missing = 1', []],
      ['NOT (missing = 1)', []],
      ['missing <> 1', []],
      ['missing BETWEEN 1 AND 2', []],
      ["missing NOT IN ('a')", []],
      ['NOT (missing = 1 OR FALSE)', []],
      // a word where a number is wanted has no answer
      ["price > 1.0 OR _$1 = 'x'", differs('wordAgainstNumber')],
      ['NOT (price > 1.0)', []],
      ['price > 20', differs('decimalAgainstInteger')],
      ["NOT product = 'MQ'", differs('notAndComparison')],
      ["product CONTAINS 'oo'", ['cheap']],
      ["TAGS STARTSWITH 'order_'", ['full']],
      ["TAGS ENDSWITH '_paid'", ['full']],
      ["product NOT CONTAINS 'oo'", ['full']],
    ].map(([sql, expected]) => [sql as string, expected as string[], mq.group()]),
  )('%s lets %j pass', async (sql, expected, group) => {
    expect(await allOf(await mq.member({ group, topic, sql }))).toEqual(expected);
  });

  it.concurrent.each(
    ['', ' ', 'price >', 'price > 1.0 AND', "product = 'MQ", "product == 'MQ'", '(price > 1.0', "price > 'x'"].map(
      (sql) => [sql, mq.group()],
    ),
  )('%j is refused', async (sql, group) => {
    const member = await mq.member({ group, topic });
    const { status, messages } = await member.poll({ sql });
    expect(status.code).toBe(sql === '' ? 40010 : differs('wrongSql'));
    expect(messages).toEqual([]);
  });

  const official = mq.group();
  it.concurrent('works for the official client', async () => {
    const consumer = await mq.simpleConsumer({
      group: official,
      topic,
      filter: new FilterExpression("price > 1.0 AND product = 'MQ'", FILTER_TYPE.SQL),
    });
    const views = await consumer.receive(32, 10_000);
    expect(views.map((view) => view.body.toString())).toEqual(['full']);
  });
});
