import type { Option } from './command.js';

/** Options that several commands have, with the letters that users of RocketMQ's mqadmin know. */
export const topic: Option = { short: 't', value: 'topic', help: 'topic', required: true };
export const group: Option = { short: 'g', value: 'group', help: 'consumer group', required: true };
export const limit: Option = { short: 'c', value: 'count', help: 'at most this many of each queue; 32 unless told' };
