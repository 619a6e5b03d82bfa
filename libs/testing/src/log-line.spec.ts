import { resolve } from 'node:path';

const LOG_LINE = resolve(import.meta.dirname, '../../../tools/dev/log-line.mjs');
const { parseLine, readableLine, isChatter } = (await import(LOG_LINE)) as {
  parseLine: (line: string) => Record<string, unknown> | null;
  readableLine: (prefix: string, entry: object, options?: { colours: boolean }) => string;
  isChatter: (entry: object) => boolean;
};

const ENTRY = {
  level: 'info',
  time: '2026-11-23T14:01:16.501Z',
  service: 'goods-service',
  context: 'StockHolds',
  orderId: '912598894959923200',
  quantity: 2,
  msg: 'stock held',
};

describe('a log line for people', () => {
  it('tells who, when, what, and the fields', () => {
    expect(readableLine('goods │', ENTRY)).toBe(
      'goods │ 14:01:16.501 stock held orderId=912598894959923200 quantity=2',
    );
  });

  it('shows a warning as one, and the stack of an error below', () => {
    const err = { message: 'no way', stack: 'Error: no way\n    at hold' };
    expect(readableLine('goods │', { ...ENTRY, level: 'error', err })).toBe(
      'goods │ 14:01:16.501 ERROR stock held orderId=912598894959923200 quantity=2\n' +
        'goods │   Error: no way\ngoods │       at hold',
    );
  });

  it('takes the lines of the broker, whose message is an event', () => {
    const entry = { time: ENTRY.time, level: 'info', service: 'mq-broker', event: 'config', host: '127.0.0.1' };
    expect(readableLine('mq │', entry)).toBe('mq │ 14:01:16.501 config host=127.0.0.1');
  });

  it('cuts a value that fills the screen', () => {
    expect(
      readableLine('x', { level: 'info', msg: 'starting', config: { long: 'y'.repeat(500) } }).length,
    ).toBeLessThan(160);
  });

  it('colours only where it is asked to', () => {
    const colour = String.fromCharCode(27);
    expect(readableLine('x', { ...ENTRY, level: 'warn' }, { colours: true })).toContain(colour);
    expect(readableLine('x', { ...ENTRY, level: 'warn' })).not.toContain(colour);
  });
});

it('what is no JSON is no log entry', () => {
  expect([parseLine('Listening'), parseLine('{"cut of'), parseLine('{"msg":"x"}')]).toEqual([null, null, { msg: 'x' }]);
});

it('lists of modules and routes are chatter, a warning of the same part is not', () => {
  const entry = { level: 'info', context: 'InstanceLoader', msg: 'AppModule dependencies initialized' };
  expect([isChatter(entry), isChatter({ ...entry, level: 'warn' }), isChatter(ENTRY)]).toEqual([true, false, false]);
});
