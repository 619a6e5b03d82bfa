import { prettyLine } from './log-format.js';

it('a line for people has time, level, where, what, and the fields', () => {
  const entry = {
    level: 'info',
    time: '2026-11-23T14:05:01.234Z',
    service: 'goods-service',
    context: 'StockHolds',
    orderId: '912598894959923200',
    quantity: 1,
    details: { a: 1 },
    msg: 'stock held',
  };
  expect(prettyLine(JSON.stringify(entry))).toBe(
    '14:05:01.234 info  StockHolds stock held orderId=912598894959923200 quantity=1 details={"a":1}\n',
  );
});

it('an error has its stack on lines of its own', () => {
  const entry = {
    level: 'error',
    time: '2026-11-23T14:05:01.234Z',
    msg: 'sweep failed',
    err: { stack: 'Error: x\n  at y' },
  };
  expect(prettyLine(JSON.stringify(entry))).toBe('14:05:01.234 error sweep failed\nError: x\n  at y\n');
});
