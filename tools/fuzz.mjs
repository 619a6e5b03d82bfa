/** `npm run fuzz -- --requests 100000 --seed 1`: nonsense, and what is nearly right, to every door of the system. */
import { runApp } from './run-app.mjs';

await runApp('../apps/trade-e2e/dist/fuzz/main.js');
