export { Outbox } from './outbox.js';
export { OutboxModule, type OutboxAsyncOptions } from './outbox.module.js';
export type { OutboxOptions } from './outbox-options.js';
export type { OutboxStats } from './outbox-table.js';
export { OutboxMessages, OutboxTransaction } from './outbox-transaction.js';
