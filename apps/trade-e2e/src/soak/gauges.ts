import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ChaosStack } from '../chaos/chaos-stack.js';
import { sampleProcesses } from '../process-watch.js';
import { codeOf } from '../system-error.js';
import type { Allowance } from './flatness.js';

const MIB = 1 << 20;
const KIB = 1 << 10;
const BLOCK_BYTES = 512;
/** Their rows go after some time. All other tables are the books: they grow with the orders, and no faster. */
const KEPT_FOR_A_TIME = ['trade_mq_consumer_log', 'trade_mq_producer_temp', 'idempotency_key', 'trade_order_event'];
/** Folders under DATA_DIR. */
const DATABASE = 'mysql';
const LIMITED_FOLDERS = ['mq', 'logs'];

/** By what the name of a gauge ends with. */
const ALLOWANCES: [string, Allowance][] = [
  ['MiB resident', { share: 0.1, plus: 15 }],
  ['handles', { share: 0, plus: 4 }],
  ['trade_mq_producer_temp: rows', { share: 0, plus: 50 }],
  [': rows', { share: 0.15, plus: 200 }],
  ['rows an order', { share: 0.05, plus: 0.02 }],
  ['MiB on disk', { share: 0.15, plus: 4 }],
  ['KiB on disk an order', { share: 0.1, plus: 0.5 }],
];

/** Bytes on disk of each folder under DATA_DIR. */
export type DiskUse = Record<string, number>;

/** Everything that must not grow: memory and handles of the processes, tables, files. */
export async function sample({ stack, books }: ChaosStack, atStart: DiskUse): Promise<[string, number][]> {
  const rowCounts = await books.rowCounts({ withTimeline: true });
  const orders = Math.max(1, rowCounts['trade_order.trade_order']!);
  const disk = diskUseOf(stack.dataDir);
  const grownBytes = disk[DATABASE]! - atStart[DATABASE]!;
  return [
    ...[...sampleProcesses(stack)].flatMap(([name, { handles, residentBytes }]): [string, number][] => [
      [`${name}: handles`, handles],
      [`${name}: MiB resident`, Math.round(residentBytes / MIB)],
    ]),
    ...Object.entries(rowCounts).map(([table, rows]): [string, number] =>
      KEPT_FOR_A_TIME.some((name) => table.endsWith(`.${name}`))
        ? [`${table}: rows`, rows]
        : [`${table}: rows an order`, rounded(rows / orders)],
    ),
    ...LIMITED_FOLDERS.map((folder): [string, number] => [`${folder}: MiB on disk`, rounded(disk[folder]! / MIB)]),
    [`${DATABASE}: KiB on disk an order`, rounded(grownBytes / KIB / orders)],
  ];
}

export function allowanceOf(name: string): Allowance {
  const [, allowance] = ALLOWANCES.find(([kind]) => name.endsWith(kind))!;
  return allowance;
}

export function diskUseOf(dataDir: string): DiskUse {
  return Object.fromEntries(
    [DATABASE, ...LIMITED_FOLDERS].map((folder) => [folder, bytesUnder(join(dataDir, folder))]),
  );
}

/** Files come and go while we look. */
function bytesUnder(path: string): number {
  try {
    const stats = lstatSync(path);
    if (!stats.isDirectory()) return stats.blocks * BLOCK_BYTES;
    return readdirSync(path).reduce((sum, name) => sum + bytesUnder(join(path, name)), 0);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
