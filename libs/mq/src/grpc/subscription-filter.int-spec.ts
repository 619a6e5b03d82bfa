import { status as GrpcStatus } from '@grpc/grpc-js';
import { startBroker, type RunningBroker } from '../../src/index.js';
import { message, RawClient, receiveRequest } from '../../test/raw-client.js';

let broker: RunningBroker;
let client: RawClient;

beforeAll(async () => {
  broker = await startBroker({
    topics: [
      { name: 'goods', type: 'NORMAL', queues: 1 },
      { name: 'system', type: 'NORMAL', queues: 1 },
      { name: 'many', type: 'NORMAL', queues: 1 },
      { name: 'lanes', type: 'FIFO', queues: 1 },
    ],
    longPollingMs: 1000,
  });
  client = new RawClient(broker.endpoint);
});

afterAll(async () => {
  client.close();
  await broker.close();
});

const sql = (expression: string) => ({ type: 2, expression });

async function receive(group: string, topic: string, expression: string): Promise<string[]> {
  const request = receiveRequest(group, topic, { filterExpression: sql(expression) });
  const { messages } = await client.receive(request);
  return messages.map(({ body }) => Buffer.from(body).toString());
}

describe('subscription with a SQL filter', () => {
  it('gets the messages whose properties the expression holds for, and counts the others as done', async () => {
    for (const price of ['5', '15', '25', 'none']) {
      await client.send(message('goods', { body: Buffer.from(price), userProperties: { price } }));
    }
    expect(await receive('g-price', 'goods', 'price BETWEEN 10 AND 100')).toEqual(['15', '25']);
    expect(await receive('g-price-none', 'goods', 'price IS NULL')).toEqual([]);
    expect(await receive('g-price', 'goods', 'TRUE')).toEqual([]);
  });

  it('sees tag, keys, message id and message group under the names of RocketMQ', async () => {
    await client.send(
      message('system', {
        systemProperties: { messageId: '01SQL', tag: 'paid', keys: ['k1', 'k2'], bornTimestamp: { seconds: 7 } },
      }),
    );
    const expression = "TAGS = 'paid' AND KEYS = 'k1 k2' AND UNIQ_KEY = '01SQL' AND BORN_TIMESTAMP = 7000";
    expect(await receive('g-system', 'system', `${expression} AND __SHARDINGKEY IS NULL`)).toEqual(['body']);
  });

  it('finds one message behind a thousand others', async () => {
    const others = Array.from({ length: 1000 }, () => message('many', { userProperties: { n: '1' } }));
    await client.send(...others);
    await client.send(message('many', { body: Buffer.from('wanted'), userProperties: { n: '2' } }));
    expect(await receive('g-many', 'many', 'n = 2')).toEqual(['wanted']);
  });

  it('keeps the order of a message group among the messages that it wants', async () => {
    for (const [body, group] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['a3', 'a'],
    ] as const) {
      const userProperties = { skip: String(body === 'a2') };
      const systemProperties = { messageId: body, messageType: 2, messageGroup: group };
      await client.send(message('lanes', { body: Buffer.from(body), userProperties, systemProperties }));
    }
    expect((await receive('g-lanes', 'lanes', 'skip = FALSE')).sort()).toEqual(['a1', 'a3', 'b1']);
  });

  it('is refused when its expression is wrong, with the place of the fault', async () => {
    const request = receiveRequest('g', 'goods', { filterExpression: sql('price >> 5') });
    expect((await client.receive(request)).status).toEqual({
      code: 40010,
      message: 'SQL expression, position 7: a property or a value is expected, not >',
    });
    const empty = receiveRequest('g', 'goods', { filterExpression: sql(' ') });
    expect((await client.receive(empty)).status.code).toBe(40010);
  });

  it('is refused with the settings already', async () => {
    const subscription = {
      group: { name: 'g' },
      subscriptions: [{ topic: { name: 'goods' }, expression: sql('price >') }],
    };
    await expect(client.settings({ clientType: 3, subscription })).rejects.toMatchObject({
      code: GrpcStatus.INVALID_ARGUMENT,
    });
  });
});
