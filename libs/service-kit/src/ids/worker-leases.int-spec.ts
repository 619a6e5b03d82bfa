import { NestFactory } from '@nestjs/core';
import { mysqlSchema, type MysqlSchema } from '@trade/testing';
import { Database } from '../database/database.js';
import { Peers } from '../grpc/peers.js';
import { KitModule } from '../kit.module.js';
import { IdGenerator } from './id-generator.js';
import { idWorkers, WorkerLeases } from './worker-leases.js';

const TIME_MS = Date.UTC(2026, 0, 1);
const LONGER_THAN_A_LEASE_MS = 61_000;
const workerOf = (id: string) => Number((BigInt(id) >> 12n) & 1023n);

/** A process that makes ids, with a clock of its own. */
class Instance {
  clockMs = TIME_MS;
  readonly ids = new IdGenerator(() => this.clockMs);
  readonly leases: WorkerLeases;

  constructor(database: Database, workers = idWorkers.order) {
    this.leases = new WorkerLeases(database, this.ids, workers);
  }
}

describe('leases on worker ids', () => {
  let schema: MysqlSchema;
  let database: Database;
  let close: () => Promise<void>;

  beforeAll(async () => {
    schema = await mysqlSchema('trade_order');
    const kit = KitModule.forRoot({
      peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
      database: { schema: 'trade_order', url: schema.url, poolSize: 8, entities: [] },
    });
    const app = await NestFactory.createApplicationContext(kit, { logger: false });
    database = app.get(Database);
    close = () => app.close();
  });
  afterAll(async () => {
    await close();
    await schema.drop();
  });
  beforeEach(() => schema.clear());

  async function instances(count: number): Promise<Instance[]> {
    const started = Array.from({ length: count }, () => new Instance(database));
    await Promise.all(started.map(({ leases }) => leases.renew()));
    return started;
  }

  it('give instances that start at the same time different workers', async () => {
    const workers = (await instances(12)).map(({ ids }) => workerOf(ids.next()));
    expect(workers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
  });

  it('are of other workers where payments are made: an order that needs no payment has an id of one, too', async () => {
    const { order, pay } = idWorkers;
    const ofOrders = await instances(2);
    await schema.clear(); // pay-service has a database of its own, which knows nothing of this one
    const ofPayments = Array.from({ length: 2 }, () => new Instance(database, pay));
    await Promise.all(ofPayments.map(({ leases }) => leases.renew()));
    const workers = [...ofOrders, ...ofPayments].map(({ ids }) => workerOf(ids.next()));
    expect(workers.sort((a, b) => a - b)).toEqual([order.first, order.first + 1, pay.first, pay.first + 1]);
  });

  it('that an earlier release gave out to any service are left to it', async () => {
    await schema.execute('INSERT INTO id_worker (worker_id, holder, until_ms) VALUES (0, ?, 0)', [
      'of an earlier release',
    ]);
    const instance = new Instance(database, idWorkers.pay);
    await instance.leases.renew();
    expect(workerOf(instance.ids.next())).toBe(idWorkers.pay.first);
  });

  it('are refused when all are taken', async () => {
    const [first, second] = Array.from({ length: 2 }, () => new Instance(database, { first: 3, last: 3 }));
    await first!.leases.renew();
    await expect(second!.leases.renew()).rejects.toThrow('all worker ids from 3 to 3 are taken');
  });

  it('stay with their holder while it renews them', async () => {
    const [one, two] = (await instances(2)) as [Instance, Instance];
    const worker = workerOf(one.ids.next());
    for (let round = 0; round < 5; round++) {
      one.clockMs += 30_000;
      two.clockMs += 30_000;
      await one.leases.renew();
      await two.leases.renew();
      expect(workerOf(one.ids.next())).toBe(worker);
      expect(workerOf(two.ids.next())).not.toBe(worker);
    }
  });

  it('go to another instance when the holder is gone', async () => {
    const [gone] = (await instances(1)) as [Instance];
    const last = BigInt(gone.ids.next());
    const next = new Instance(database);
    next.clockMs += LONGER_THAN_A_LEASE_MS;
    await next.leases.renew();
    expect(workerOf(next.ids.next())).toBe(workerOf(String(last)));
    expect(BigInt(next.ids.next())).toBeGreaterThan(last);
  });

  it('an instance that was stopped for long makes no id until it has another worker', async () => {
    const [stopped] = (await instances(1)) as [Instance];
    const worker = workerOf(stopped.ids.next());
    const other = new Instance(database);
    other.clockMs += LONGER_THAN_A_LEASE_MS;
    await other.leases.renew();
    expect(workerOf(other.ids.next())).toBe(worker);

    stopped.clockMs = other.clockMs;
    expect(() => stopped.ids.next()).toThrow(expect.objectContaining({ code: 'SHOP_SERVICE_UNAVAILABLE' }));
    await stopped.leases.renew();
    expect(workerOf(stopped.ids.next())).not.toBe(worker);
  });

  it('no id is made twice, whatever the clocks do and whoever is stopped for how long', async () => {
    let seed = 20_260_101;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return Math.floor((seed / 0x80000000) * below);
    };
    const made = new Set<string>();
    let refused = 0;
    let count = 0;
    const makeIds = (instance: Instance): void => {
      for (let burst = random(4); burst >= 0; burst--) {
        try {
          made.add(instance.ids.next());
          count += 1;
        } catch {
          refused += 1;
        }
      }
    };
    const running = await instances(4);
    for (let step = 0; step < 600; step++) {
      const instance = running[random(running.length)]!;
      const what = random(10);
      if (what < 5) makeIds(instance);
      else if (what < 7) await instance.leases.renew();
      else if (what < 8) instance.clockMs += random(90_000);
      else if (what < 9) instance.clockMs -= random(90_000);
      else if (random(4) === 0) {
        const next = new Instance(database);
        next.clockMs = instance.clockMs - random(30_000) + random(90_000);
        await next.leases.renew();
        running.push(next);
      }
    }
    expect(made.size).toBe(count);
    expect(count).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(10);
    const [{ workers }] = (await schema.rows<{ workers: string }>('SELECT COUNT(*) AS workers FROM id_worker')) as [
      { workers: string },
    ];
    expect(Number(workers)).toBeLessThan(running.length); // workers were taken over
  });
});
