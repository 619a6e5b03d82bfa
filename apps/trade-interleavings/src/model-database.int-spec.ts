import { declarationsOf, mysqlSchema } from '@trade/testing';
import fc from 'fast-check';
import { Activities } from './engine/activity.js';
import { Database } from './sql/database.js';
import { SideBySide, type Met } from './sql/side-by-side.js';
import { ErrorNumber } from './sql/sql-error.js';
import type { Call } from './trade/calls.js';
import { Environment } from './trade/environment.js';
import { Mailbox } from './trade/mailbox.js';
import { RandomWalk } from './trade/random-walk.js';
import { scenarios, seed, type Scenario } from './trade/scenario.js';
import { startServices, type Services } from './trade/services.js';
import { bySchema } from './trade/world.js';

/** Half a second can be told to the server exactly. */
const NOW_MS = Date.UTC(2030, 0, 1) + 500;
const WALKS = Number(process.env['MODEL_WALKS'] ?? 20);
/** Others meet the two differences that docs/reliability.md names. */
const SEED = Number(process.env['MODEL_SEED'] ?? 2026);
const STEPS = 400;

/** Orders that want the same coupon, more than the stock, and more than the balance. */
const scenario: Scenario = {
  ...scenarios.payment,
  orders: [{ moneyPaid: 100_00n }, { moneyPaid: 980_00n }, { couponId: null }],
  stock: 2,
  endsOrders: true,
  failsPayments: true,
};

const calls = new Activities<Call>();
const met: Met = { statements: new Set(), errors: new Set(), commits: 0, rollbacks: 0, waits: 0, waitsOfBoth: 0 };
let services: Services;
let databases: ReturnType<typeof bySchema<SideBySide>>;
let mailbox: Mailbox;
let environment: Environment;

beforeAll(async () => {
  services = await startServices(calls);
  const models = bySchema((schema) => new Database(declarationsOf(schema), (sql) => sql, new Set()));
  const servers = bySchema((schema) => mysqlSchema(schema));
  await Promise.all(Object.values(servers));
  const opened: Partial<typeof databases> = {};
  for (const [schema, server] of Object.entries(servers) as [keyof typeof servers, (typeof servers)['trade_pay']][]) {
    opened[schema] = new SideBySide(schema, models[schema], await server, met);
  }
  databases = opened as typeof databases;
  mailbox = new Mailbox(services, models, { nowMs: NOW_MS, maxFailures: 3 });
  environment = new Environment(services, scenario, NOW_MS);
});

afterAll(async () => {
  services?.stop();
  for (const database of Object.values(databases ?? {})) await database.stop();
});

async function begin(): Promise<void> {
  const rows = seed(scenario);
  for (const database of Object.values(databases)) {
    await database.clear();
    const session = await database.open(NOW_MS);
    for (const insert of rows[database.name]) await session.send(insert, []);
    await session.close();
  }
}

it('the model of the database answers the statements of the services as a server does, and keeps the same rows', async () => {
  const walks = fc.asyncProperty(fc.infiniteStream(fc.noBias(fc.nat())), async (numbers) => {
    await begin();
    const choose = (below: number) => (numbers.next().value as number) % below;
    await new RandomWalk(calls, databases, environment, mailbox, choose).walk(STEPS);
  });
  const startedAtMs = performance.now();
  await fc.assert(walks, { numRuns: WALKS, seed: SEED, endOnFailure: true });

  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  const { statements, errors, commits, rollbacks, waits, waitsOfBoth } = met;
  process.stdout.write(
    `${statements.size} statements, ${commits} commits, ${rollbacks} rollbacks, errors ${[...errors].join()}, ${waits} waits, ${waitsOfBoth} of both, ${seconds} s\n`,
  );
  expect([...errors]).toEqual(expect.arrayContaining([ErrorNumber.DuplicateKey, ErrorNumber.MissingValue]));
  expect(waitsOfBoth).toBeGreaterThan(0);
});
