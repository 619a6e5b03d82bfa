import { EventCounter } from '../metrics/metrics.js';

/** Rate limits, tokens and the load limit, by shop code. */
export const requestsRefused = new EventCounter(
  'trade_requests_refused_total',
  'Requests that were refused before anything was done for them.',
  ['code'],
);
