import { invariants, type SchemaName } from '@trade/testing';
import { ReadOnlySession } from '../sql/session.js';
import { readStatements, type Statement } from '../sql/statement.js';
import type { Databases } from './execution.js';
import type { World } from './world.js';

interface Checked {
  name: string;
  whenSettled: boolean;
  statement: Statement;
  /** The tables that it reads. */
  tables: Set<string>;
  /** By the versions of those tables. */
  results: Map<string, string | undefined>;
}

/** The invariants of libs/testing, by their own SQL. */
export class Invariants {
  private readonly all: Checked[];

  constructor(
    private readonly databases: Databases,
    private readonly nowMs: number,
    confirmLimitMs: number,
  ) {
    this.all = invariants(confirmLimitMs).map(({ name, sql, whenSettled = false }) => {
      return { name, whenSettled, statement: readStatements(sql)[0]!, tables: new Set(), results: new Map() };
    });
  }

  /** The first that does not hold, with a row that breaks it. */
  broken(world: World, settled: boolean): string | undefined {
    for (const invariant of this.all) {
      if (invariant.whenSettled && !settled) continue;
      const broken = this.check(world, invariant);
      if (broken) return broken;
    }
    return undefined;
  }

  private check(world: World, invariant: Checked): string | undefined {
    const { name, statement, tables, results } = invariant;
    if (tables.size === 0) this.run(world, statement, tables);
    const versions = [...tables].map((table) => versionOf(world, table)).join();
    if (!results.has(versions)) {
      const [row] = this.run(world, statement, tables);
      results.set(versions, row && `${name}: ${JSON.stringify(row)}`);
    }
    return results.get(versions);
  }

  private run(world: World, statement: Statement, tables: Set<string>): Record<string, unknown>[] {
    const session = new AllDatabases(this.databases, world, this.nowMs, tables);
    return statement.run(session) as Record<string, unknown>[];
  }
}

function versionOf({ databases }: World, table: string): number {
  const [schema, name] = table.split('.') as [SchemaName, string];
  return databases[schema].tables[name]!.number;
}

class AllDatabases extends ReadOnlySession {
  constructor(
    private readonly databases: Databases,
    private readonly world: World,
    nowMs: number,
    private readonly read: Set<string>,
  ) {
    super(nowMs);
  }

  override table(name: string, schema?: string) {
    this.read.add(`${schema}.${name}`);
    return this.databases[schema as SchemaName].read(this.world.databases[schema as SchemaName], name);
  }
}
