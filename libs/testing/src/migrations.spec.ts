import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const SQL = resolve(import.meta.dirname, '../../../sql');
const databases = readdirSync(SQL, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

it('every database has its migrations', () => {
  expect(databases.sort()).toEqual(['trade_coupon', 'trade_goods', 'trade_order', 'trade_pay', 'trade_user']);
});

// two branches that took the same number merge without a conflict, as their files have different names
it.each(databases)('the migrations of %s are numbered one after the other', (database) => {
  const names = readdirSync(resolve(SQL, database)).sort();
  const wanted = names.map((_, index) => String(index + 1).padStart(4, '0'));
  expect(names.map((name) => /^(\d{4})\.do\.[a-z0-9-]+\.sql$/.exec(name)?.[1] ?? name)).toEqual(wanted);
});
