import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Pool } from 'mysql2';
import { DataSource } from 'typeorm';
import type { SchemaName } from '@trade/testing';
import type { Calls } from './calls.js';

type Callback = (error: Error | null, result?: unknown) => void;

/** A DataSource of which everything is real but mysql2: its SQL becomes calls of the running activity. */
export async function modelDataSource(
  schema: SchemaName,
  entities: (new () => object)[],
  calls: Calls,
): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'mysql',
    url: `mysql://localhost/${schema}`,
    entities,
    synchronize: false,
    supportBigNumbers: true,
    bigNumberStrings: true,
    driver: { createPool: () => new ModelConnection(schema, calls) as unknown as Pool },
  });
  return dataSource.initialize();
}

/** With dashes and without. */
const RANDOM_UUID = /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/;

const idsOfRuns = new WeakMap<object, Map<string, number>>();

function knownIds(run: object): Map<string, number> {
  let known = idsOfRuns.get(run);
  if (!known) idsOfRuns.set(run, (known = new Map()));
  return known;
}

/** The part of mysql2's pool and of its connections that TypeORM and the services use. */
class ModelConnection extends EventEmitter {
  constructor(
    private readonly schema: SchemaName,
    private readonly calls: Calls,
  ) {
    super();
  }

  getConnection(callback: (error: null, connection: ModelConnection) => void): void {
    callback(null, new ModelConnection(this.schema, this.calls));
  }

  query(sql: string, parameters: unknown[], callback: Callback): void {
    this.send(sql, parameters).then(
      (result) => callback(null, result),
      (error: Error) => callback(error),
    );
  }

  promise() {
    return { query: async (sql: string, parameters: unknown[] = []) => [await this.send(sql, parameters), []] };
  }

  release(): void {}
  destroy(): void {}

  private async send(sql: string, parameters: unknown[]): Promise<unknown> {
    if (sql === 'SELECT version() as version') return [{ version: '8.4.0' }]; // TypeORM, when it connects
    return this.calls.call({
      kind: 'sql',
      schema: this.schema,
      sql,
      parameters: parameters.map((parameter) => this.withoutRandomness(parameter)),
    });
  }

  /**
   * Ids of outbox rows and claims are random, and nothing depends on what they are; but a run must make the calls of the
   * run before it. What stands for them looks like none of randomUUID, so that it stays as it is when it comes back.
   */
  private withoutRandomness(parameter: unknown): unknown {
    if (typeof parameter !== 'string' || !RANDOM_UUID.test(parameter)) return parameter;
    const known = knownIds(this.calls.execution);
    const { length } = parameter;
    const index = known.get(parameter) ?? known.size;
    known.set(parameter, index);
    const digits = createHash('md5').update(`${this.calls.running} ${index}`).digest('hex');
    return `not-random-${digits}`.slice(0, length);
  }
}
