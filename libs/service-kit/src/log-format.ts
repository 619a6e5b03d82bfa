const LEVEL_WIDTH = 5;

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
  const { level, time, service: _service, context = '', msg = '', err, ...fields } = JSON.parse(json) as Entry;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${textOf(value)}`);
  const line = [time.slice(11, 23), level.padEnd(LEVEL_WIDTH), context, msg, ...rest].filter((part) => part !== '');
  return [line.join(' '), ...(err ? [err.stack ?? err.message] : [])].join('\n') + '\n';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
