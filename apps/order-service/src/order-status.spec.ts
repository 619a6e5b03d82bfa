import { assertMove, OrderStatus } from './order-status.js';

const { Unconfirmed, Confirmed, Cancelled, Invalid, Refunded } = OrderStatus;
const all = [Unconfirmed, Confirmed, Cancelled, Invalid, Refunded];
const allowed: [OrderStatus, OrderStatus][] = [
  [Unconfirmed, Confirmed],
  [Unconfirmed, Cancelled],
  [Unconfirmed, Invalid],
  [Confirmed, Cancelled],
  [Confirmed, Refunded],
];
const moves = all.flatMap((from) => all.map((to): [OrderStatus, OrderStatus] => [from, to]));
const isAllowed = ([from, to]: [OrderStatus, OrderStatus]) => allowed.some(([a, b]) => a === from && b === to);
const named = ([from, to]: [OrderStatus, OrderStatus]) => ({
  from,
  to,
  move: `${OrderStatus[from]} → ${OrderStatus[to]}`,
});

describe('the moves of an order', () => {
  it.each(moves.filter(isAllowed).map(named))('$move is allowed', ({ from, to }) => {
    expect(() => assertMove(from, to)).not.toThrow();
  });

  it.each(moves.filter((move) => !isAllowed(move)).map(named))('$move is refused', ({ from, to }) => {
    expect(() => assertMove(from, to)).toThrow(expect.objectContaining({ code: 'SHOP_ORDER_STATUS_INVALID' }));
  });
});
