import { trendOf } from './flatness.js';

const allowance = { share: 0.1, plus: 1 };

it('what grows while it warms up and then stays is flat', () => {
  expect(trendOf('memory', [10, 50, 90, 100, 101, 99, 104, 103, 105], allowance)).toMatchObject({ isFlat: true });
});

it('what goes on growing is not', () => {
  expect(trendOf('memory', [10, 20, 30, 40, 50, 60, 70, 80, 90], allowance)).toEqual({
    name: 'memory',
    middle: 50,
    end: 80,
    allowed: 56.00000000000001,
    isFlat: false,
  });
});

it('a single peak is not growth', () => {
  expect(trendOf('memory', [10, 10, 10, 10, 10, 10, 10, 500, 10], allowance)).toMatchObject({ isFlat: true });
});
