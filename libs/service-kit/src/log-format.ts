const LEVEL_WIDTH = 5;
/** They have a place of their own in the line, or none. */
const NOT_LISTED = new Set(['level', 'time', 'service', 'context', 'msg', 'err']);

interface Entry {
  level: string;
  time: string;
  context?: string;
  msg?: string;
  err?: { stack?: string; message?: string };
  [field: string]: unknown;
}

/** A line of the log for people: `14:05:01.234 info  StockHolds stock held orderId=9126 quantity=1`. */
export function prettyLine(json: string): string {
  const entry = JSON.parse(json) as Entry;
  const { level, time, context = '', msg = '', err } = entry;
  const fields = Object.entries(entry)
    .filter(([name]) => !NOT_LISTED.has(name))
    .map(([name, value]) => `${name}=${textOf(value)}`);
  const line = [time.slice(11, 23), level.padEnd(LEVEL_WIDTH), context, msg, ...fields].filter((part) => part !== '');
  return [line.join(' '), ...(err ? [err.stack ?? err.message] : [])].join('\n') + '\n';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
