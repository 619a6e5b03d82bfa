/** Numbers, times and sizes as people read them. */

const WHOLE = new Intl.NumberFormat('en-US');
const SHORT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
/** @type {[string, number][]} */
const PARTS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

export function count(value) {
  return WHOLE.format(value);
}

/** `1 producer`, `2 producers` */
export function some(amount, what) {
  return `${count(amount)} ${what}${amount === 1 ? '' : 's'}`;
}

export function short(value) {
  return value < 10_000 ? WHOLE.format(Math.round(value * 10) / 10) : SHORT.format(value);
}

export function bytes(value) {
  let at = 0;
  for (; value >= 1024 && at < SIZES.length - 1; at++) value /= 1024;
  return `${value >= 100 || at === 0 ? Math.round(value) : value.toFixed(1)} ${SIZES[at]}`;
}

export function percent(ratio) {
  return `${Math.round(ratio * 100)} %`;
}

/** The two largest parts: `2 h 5 min`. */
export function duration(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`;
  let seconds = Math.round(ms / 1000);
  const parts = [];
  for (const [unit, size] of PARTS) {
    const amount = Math.floor(seconds / size);
    seconds -= amount * size;
    if (amount > 0 || parts.length > 0) parts.push(amount > 0 ? `${amount} ${unit}` : '');
    if (parts.length === 2) break;
  }
  return parts.filter(Boolean).join(' ');
}

/** In the time zone of the browser. */
export function time(ms) {
  const at = new Date(ms);
  const two = (value) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${clock(ms)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

export function clock(ms) {
  return new Date(ms).toTimeString().slice(0, 8);
}

/** What `<input type="datetime-local">` takes. */
export function localTime(ms) {
  return time(ms).replace(' ', 'T').slice(0, 19);
}
