import { bytes, fields, table, time } from './table.js';

describe('output of the CLI', () => {
  it('aligns columns, numbers to the right, and leaves no space at the end of a line', () => {
    const rows = [
      ['a', 1, 'x'],
      ['long name', 1000, ''],
    ];
    expect(table(['name', 'n', 'note'], rows)).toBe(
      ['#name        #n  #note', 'a             1  x', 'long name  1000  -', ''].join('\n'),
    );
  });

  it('says when there is nothing', () => {
    expect(table(['name'], [])).toBe('(none)\n');
  });

  it('shows lists, missing values and what is empty', () => {
    expect(fields({ a: ['x', 'y'], bb: undefined, ccc: '' })).toBe('a    x,y\nbb   -\nccc  -\n');
  });

  it('lets no message move the cursor of the terminal', () => {
    expect(fields({ body: 'a\u001b[2Jb\nc\u009b' })).toBe('body  a\\u001b[2Jb\\nc\\u009b\n');
  });

  it('prints times and sizes for people', () => {
    expect(time(0)).toBe('-');
    expect(time(Date.UTC(2026, 0, 31))).toBe('2026-01-31T00:00:00.000Z');
    expect([0, 1023, 1536, 5 * 2 ** 30].map(bytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '5 GiB']);
  });
});
