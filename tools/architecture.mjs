/**
 * Draws what can be read from the code into the pages of docs/architecture: `npm run architecture` after a change of who
 * calls whom. `--check` writes nothing and fails when a picture is out of date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawCalls, drawMessages, drawServices } from './architecture/calls.mjs';
import { drawLayout } from './architecture/layouts.mjs';
import { drawModules } from './architecture/modules.mjs';
import { drawOrderMoves } from './architecture/order-moves.mjs';
import { redraw } from './architecture/sections.mjs';
import { say } from './console.mjs';
import { root } from './paths.mjs';

const PAGES = join(root, 'docs/architecture');
const STORE = 'libs/mq/src/store';
const drawings = {
  modules: drawModules,
  calls: drawCalls,
  services: drawServices,
  messages: drawMessages,
  'order moves': drawOrderMoves,
  record: () => drawLayout(`${STORE}/record.ts`),
  segment: () => drawLayout(`${STORE}/segment.ts`),
  'queue entry': () => drawLayout(`${STORE}/consume-queue.ts`),
  'index file': () => drawLayout(`${STORE}/index-file.ts`),
};

const stale = [];
for (const name of readdirSync(PAGES).filter((file) => file.endsWith('.md'))) {
  const path = join(PAGES, name);
  const present = readFileSync(path, 'utf8');
  const drawn = await redraw(present, drawings);
  if (drawn === present) continue;
  stale.push(`docs/architecture/${name}`);
  if (!process.argv.includes('--check')) writeFileSync(path, drawn);
}
if (process.argv.includes('--check') && stale.length > 0) {
  say(`out of date: ${stale.join(', ')}; npm run architecture draws them again`);
  process.exitCode = 1;
} else {
  say(stale.length > 0 ? `drawn: ${stale.join(', ')}` : 'the pictures are up to date');
}
