export type Cell = string | number | boolean | null | undefined | readonly string[];

/** Columns by title, as wide as their content; numbers to the right. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '(none)\n';
  const right = columns.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  return aligned([columns.map((title) => `#${title}`), ...rows.map((row) => row.map(inText))], right);
}

/** Columns without titles. */
export function aligned(rows: readonly (readonly string[])[], right: readonly boolean[] = []): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) => row.map((text, i) => (right[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0))))
    .map((cells) => cells.join('  ').trimEnd() + '\n')
    .join('');
}

/** One line a field. */
export function fields(values: Readonly<Record<string, Cell>>): string {
  return aligned(Object.entries(values).map(([name, value]) => [name, inText(value)]));
}

/** Control characters would move the cursor of the terminal, or worse. */
function inText(cell: Cell): string {
  const text = Array.isArray(cell) ? cell.join(',') : String(cell ?? '-');
  return printable(text) || '-';
}

export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    return char === '\n' ? '\\n' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** `2026-01-31T12:00:00.000Z`, `-` for none. */
export function time(ms: number): string {
  return ms > 0 ? new Date(ms).toISOString() : '-';
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(count: number): string {
  const power = count > 0 ? Math.min(Math.floor(Math.log2(count) / 10), UNITS.length - 1) : 0;
  return `${Math.round((count / 1024 ** power) * 10) / 10} ${UNITS[power]}`;
}
