/** `npm run soak -- --minutes 30`: orders at a steady rate, and whether anything grows that must not. */
import { runApp } from './run-app.mjs';

await runApp('../apps/trade-e2e/dist/soak/main.js');
