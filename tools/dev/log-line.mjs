import { styleText } from 'node:util';

/** Said by the prefix, or of no use on one's own machine. */
const NOT_SHOWN = new Set(['time', 'level', 'service', 'context', 'msg', 'event', 'pid', 'hostname', 'err']);
const LEVEL_COLOURS = { warn: 'yellow', error: 'red', fatal: 'red' };
/** Nest's own parts, which list modules and routes at every start. */
const CHATTER = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer']);
/** The whole value is in the log file. */
const LONGEST_VALUE = 120;

/** The JSON of a log line, or null for a line that is something else. */
export function parseLine(line) {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null; // text that only looks like JSON
  }
}

export function isChatter(entry) {
  return entry.level === 'info' && CHATTER.has(entry.context);
}

/** A line of a log as people read it: who, when, what, fields; an error's stack below. */
export function readableLine(prefix, entry, { colours = false } = {}) {
  const paint = (style, text) => (colours && style ? styleText(style, text, { validateStream: false }) : text);
  const level = LEVEL_COLOURS[entry.level] ? `${entry.level.toUpperCase()} ` : '';
  const said = paint(LEVEL_COLOURS[entry.level], `${level}${entry.msg ?? entry.event ?? ''}`);
  const fields = Object.entries(entry)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `${paint('dim', `${name}=`)}${shown(value)}`);
  const first = [prefix, paint('dim', timeOf(entry)), said, ...fields].filter((part) => part !== '').join(' ');
  const stack = entry.err?.stack ?? entry.err?.message;
  return stack ? [first, ...stack.split('\n').map((part) => `${prefix}   ${part}`)].join('\n') : first;
}

function timeOf({ time }) {
  return typeof time === 'string' ? time.slice(11, 23) : '';
}

function shown(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
