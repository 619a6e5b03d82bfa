/** One line a state change: `event` is a fixed word, everything variable is in `fields`. */
export type Log = (level: 'info' | 'warn' | 'error', event: string, fields?: Record<string, unknown>) => void;
