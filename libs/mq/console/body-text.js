/** A message body as people read it. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const HEX_LINE_BYTES = 16;

/** Indented JSON, undefined when it is none. Numbers stay as they were sent: 64-bit ids would lose digits in JSON.parse. */
export function indentedJson(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
  } catch {
    return undefined;
  }
  let depth = 0;
  let indented = '';
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    if (closes) depth--;
    const opened = before === '{' || before === '[';
    if ((opened && !closes) || (closes && !opened) || before === ',') indented += `\n${'  '.repeat(depth)}`;
    indented += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth++;
    before = token;
  }
  return indented;
}

/** `00000010  7b 22 6f 72 …  {"or…`, up to `maxBytes`. */
export function hexDump(bytes, maxBytes) {
  const lines = [];
  for (let at = 0; at < Math.min(bytes.length, maxBytes); at += HEX_LINE_BYTES) {
    const line = [...bytes.subarray(at, at + HEX_LINE_BYTES)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0'));
    while (hex.length < HEX_LINE_BYTES) hex.push('  ');
    const text = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.slice(0, 8).join(' ')}  ${hex.slice(8).join(' ')}  ${text}`);
  }
  return lines.join('\n');
}

/** Bytes of a body as the admin HTTP tells it. */
export function bodyBytes({ body, bodyEncoding }) {
  if (bodyEncoding === 'utf8') return new TextEncoder().encode(body);
  return Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
}
