import type { Connection } from 'mysql2/promise';

export function migrate(
  connection: Connection,
  schema: string,
  options?: { database?: string; upTo?: number },
): Promise<{ version: number; name: string }[]>;

export function statementsOf(script: string): string[];
