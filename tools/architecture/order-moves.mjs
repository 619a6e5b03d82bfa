import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { mermaid } from './sections.mjs';

/** Where an order may go from each status: the table in order-status.ts. */
export function drawOrderMoves() {
  const source = readFileSync(join(root, 'apps/order-service/src/order-status.ts'), 'utf8');
  const rows = [...source.matchAll(/^ {2}\[OrderStatus\.(\w+)\]: \[(.*)\],$/gm)];
  const moves = rows.flatMap(([, from, targets]) =>
    [...targets.matchAll(/OrderStatus\.(\w+)/g)].map(([, to]) => `  ${from} --> ${to}`),
  );
  if (moves.length === 0) throw new Error('order-status.ts: no moves found');
  return mermaid(['stateDiagram-v2', '  [*] --> Unconfirmed', ...moves]);
}
