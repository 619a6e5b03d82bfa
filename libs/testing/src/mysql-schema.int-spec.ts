import { mysqlSchema, type MysqlSchema } from './mysql-schema.js';

describe('a test database', () => {
  let goods: MysqlSchema;

  beforeAll(async () => {
    goods = await mysqlSchema('trade_goods');
  });
  afterAll(() => goods.drop());
  beforeEach(() => goods.clear());

  const course = { goods_id: '345959443973935104', goods_name: 'Javase课程', goods_price: '1000.05' };

  it('has the tables of its service and no rows', async () => {
    expect(await goods.rows('SELECT * FROM trade_goods')).toEqual([]);
    expect(await goods.rows('SELECT * FROM trade_mq_consumer_log')).toEqual([]);
  });

  it('keeps every digit of an id, every cent and every character', async () => {
    await goods.insert('trade_goods', { ...course, goods_number: 3, initial_goods_number: 3 });
    expect(await goods.row('SELECT goods_id, goods_name, goods_price FROM trade_goods')).toEqual(course);
  });

  it('refuses a stock below zero', async () => {
    await goods.insert('trade_goods', { ...course, goods_number: 3, initial_goods_number: 3 });
    await expect(goods.execute('UPDATE trade_goods SET goods_number = goods_number - 4')).rejects.toThrow(
      /goods_stock_not_negative/,
    );
  });

  it('is its own: a second one sees nothing of it', async () => {
    const other = await mysqlSchema('trade_goods');
    try {
      await goods.insert('trade_goods', { ...course, goods_number: 3, initial_goods_number: 3 });
      expect(await other.rows('SELECT * FROM trade_goods')).toEqual([]);
    } finally {
      await other.drop();
    }
  });
});
