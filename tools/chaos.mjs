/** `npm run chaos -- --help`: orders and payments while the system is being broken, and whether anything was lost. */
import { runApp } from './run-app.mjs';

await runApp('../apps/trade-e2e/dist/chaos/main.js');
