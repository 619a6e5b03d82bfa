import { scoreFor } from './score-credits.js';

it.each([
  [0n, 0],
  [99n, 0],
  [100n, 1],
  [98_100n, 981],
  [98_199n, 981],
])('%s fen are worth %s points: one for every whole yuan', (amountFen, points) => {
  expect(scoreFor(amountFen)).toBe(points);
});
