import type { SchemaName } from '@trade/testing';
import type { Activities } from '../engine/activity.js';

/** What an activity asks of the world: its service's database, or another service. */
export type Call =
  | { kind: 'sql'; schema: SchemaName; sql: string; parameters: readonly unknown[] }
  | { kind: 'rpc'; path: string; request: object };

export type Calls = Activities<Call>;
