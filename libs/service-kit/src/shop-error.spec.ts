import { asShopError, ShopError } from './shop-error.js';

const sqlError = (fields: object) => Object.assign(new Error('password=secret'), fields);

it('a business error stays what it is', () => {
  const error = new ShopError('SHOP_COUPON_ISUSED');

  expect(asShopError(error)).toBe(error);
});

it.each([
  ['a lost connection', { fatal: true, code: 'PROTOCOL_CONNECTION_LOST' }],
  ['a database that is away', { fatal: true, code: 'ECONNREFUSED', errno: -111 }],
  ['a lock that took too long', { errno: 1205 }],
  ['deadlocks again and again', { errno: 1213 }],
])('%s is an unavailable service: the caller may try again', (_case, fields) => {
  const error = asShopError(sqlError(fields));

  expect(error).toMatchObject({ code: 'SHOP_SERVICE_UNAVAILABLE', retriable: true });
  expect(error.message).not.toContain('secret');
});

it.each([
  ['wrong SQL', sqlError({ errno: 1064 })],
  ['a fault of ours', new TypeError('password=secret')],
  ['something that is no error', 'password=secret'],
])('%s is an internal error, and the caller is told nothing of it', (_case, thrown) => {
  const error = asShopError(thrown);

  expect(error).toMatchObject({ code: 'SHOP_INTERNAL_ERROR', retriable: false, cause: thrown });
  expect(error.message).not.toContain('secret');
});
