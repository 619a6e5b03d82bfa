import type { Statement } from './database.js';
import { JoinedTransactions } from './joined-transactions.js';

const take = (what: string): Statement[] => [['UPDATE …', [what]]];
const failure = (fields: object) => Object.assign(new Error('no'), fields);

/** Two transactions of one moment, whose joined run fails: what each of them hears, and how often one was run alone. */
async function joinedRunFails(error: Error): Promise<{ heard: unknown[]; alone: number }> {
  let alone = 0;
  const transactions = new JoinedTransactions(
    () => Promise.reject(error),
    () => Promise.resolve([++alone]),
  );
  const runs = [transactions.run(take('a')), transactions.run(take('b'))];
  const heard = (await Promise.allSettled(runs)).map((run) => (run.status === 'fulfilled' ? 'done' : run.reason));
  return { heard, alone };
}

describe('transactions of one moment that fail together', () => {
  it('run each by itself when the server refused one of them', async () => {
    const refused = failure({ sqlState: '23000', errno: 1062 });
    expect(await joinedRunFails(refused)).toEqual({ heard: ['done', 'done'], alone: 2 });
  });

  it.each([
    ['broke', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }],
    ['was killed', { sqlState: '70100', errno: 1927 }],
    ['met the end of the server', { sqlState: '08S01', errno: 1053 }],
  ])('are not run again when the connection %s: they may be committed', async (_how, fields) => {
    const error = failure(fields);
    expect(await joinedRunFails(error)).toEqual({ heard: [error, error], alone: 0 });
  });
});

it('transactions of one moment lock the rows that others want in the order of their keys', async () => {
  const ran: unknown[] = [];
  const run = (statements: readonly Statement[]) => {
    ran.push(...statements.map(([, [what]]) => what));
    return Promise.resolve(statements.map(() => 1));
  };
  const transactions = new JoinedTransactions(run, run);
  await Promise.all(['c', 'a', 'b'].map((key) => transactions.run(take(key), key)));
  expect(ran).toEqual(['a', 'b', 'c']);
});
