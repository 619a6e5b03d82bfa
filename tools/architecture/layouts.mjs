import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.mjs';

/** Bytes drawn on one line. */
const LINE_BYTES = 16;
const BYTE_COLUMNS = 5;
const LABEL_COLUMNS = 4;
const FIELD = /^ \* {2,3}( ?\d+) {2}(\S.*?) {2,}(u8|u16|u32|u64)\b/;
const FIXED_TEXT = /^ \* {2,3}( ?\d+) {2}(magic) .* (\d+) bytes/;
const BYTES_OF = { u8: 1, u16: 2, u32: 4, u64: 8 };

/** The fixed part of a byte layout, from the comment that draws it: sixteen bytes a line, each field as wide as it is. */
export function drawLayout(file) {
  const fields = layoutOf(readFileSync(join(root, file), 'utf8'));
  const rows = [];
  for (const { at, name, bytes } of fields.flatMap(splitAtLines)) {
    (rows[Math.floor(at / LINE_BYTES)] ??= []).push(boxed(name, bytes));
  }
  const rules = [[], ...rows].map((row, index) => rule(row, rows[index] ?? []));
  const drawn = rows.flatMap((row, index) => [rules[index], `${label(index * LINE_BYTES)} |${row.join('|')}|`]);
  const cut = fields.filter(({ name, bytes }) => boxed(name, bytes).trimEnd() !== name);
  const legend = cut.map(({ at, name }) => `${at} ${name}`).join(', ');
  return ['```', ...drawn, rules.at(-1), ...(legend ? ['', `  ${legend}`] : []), '```'].join('\n');
}

function splitAtLines({ at, name, bytes }) {
  const fits = LINE_BYTES - (at % LINE_BYTES);
  if (bytes <= fits) return [{ at, name, bytes }];
  return [{ at, name, bytes: fits }, ...splitAtLines({ at: at + fits, name, bytes: bytes - fits })];
}

function boxed(name, bytes) {
  const width = bytes * BYTE_COLUMNS - 1;
  return name.slice(0, width).padEnd(width);
}

/** Between two rows, with a corner wherever either has one. */
function rule(above, below) {
  const [first, second] = [above, below].map((row) => row.map((cell) => `${'-'.repeat(cell.length)}+`).join(''));
  const width = Math.max(first.length, second.length);
  const at = (column) => (first[column] === '+' || second[column] === '+' ? '+' : '-');
  return `${' '.repeat(LABEL_COLUMNS)} +${Array.from({ length: width }, (_, column) => at(column)).join('')}`;
}

function label(at) {
  return String(at).padStart(LABEL_COLUMNS);
}

/** @throws {Error} when the fields do not follow one another without a gap */
export function layoutOf(source) {
  const fields = source.split('\n').flatMap((line) => {
    const [, at, name, kind] = FIELD.exec(line) ?? FIXED_TEXT.exec(line) ?? [];
    return name ? [{ at: Number(at), name, bytes: BYTES_OF[kind] ?? Number(kind) }] : [];
  });
  let end = 0;
  return fields.flatMap((field) => {
    if (field.at < end) throw new Error(`${field.name} begins before the field in front of it ends`);
    const gap = field.at > end ? [{ at: end, name: 'zeros', bytes: field.at - end }] : [];
    end = field.at + field.bytes;
    return [...gap, field];
  });
}
