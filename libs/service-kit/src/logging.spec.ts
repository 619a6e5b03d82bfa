import { describeError } from './logging.js';

it('a failed statement is logged without its values', () => {
  const driverError = Object.assign(new Error('Duplicate entry'), { sql: "INSERT … 'scrypt$…'", code: 'ER_DUP_ENTRY' });
  const error = Object.assign(new Error('Duplicate entry'), {
    ...driverError,
    query: 'INSERT … ?',
    parameters: ['scrypt$…'],
    driverError,
  });
  const described = describeError(error);
  expect(JSON.stringify(described)).not.toContain('scrypt');
  expect(described).toMatchObject({ message: 'Duplicate entry', code: 'ER_DUP_ENTRY', query: 'INSERT … ?' });
});
