import { ANONYMOUS, Identity } from './identity.js';

it('a user acts for themself and for nobody else', () => {
  const user = new Identity('user', '1');
  expect(user.mayActFor('1')).toBe(true);
  expect(user.mayActFor('2')).toBe(false);
  expect(user.mayActFor('')).toBe(false);
});

it('an operator acts for everybody, and so does who came without a token where that is allowed', () => {
  expect(new Identity('operator', 'ops').mayActFor('2')).toBe(true);
  expect(ANONYMOUS.mayActFor('2')).toBe(true);
});
