import { resolve } from 'node:path';

const TOOLS = resolve(import.meta.dirname, '../../../tools/architecture');
const { redraw } = (await import(resolve(TOOLS, 'sections.mjs'))) as {
  redraw: (page: string, drawings: Record<string, () => string>) => Promise<string>;
};
const { layoutOf } = (await import(resolve(TOOLS, 'layouts.mjs'))) as {
  layoutOf: (source: string) => { at: number; name: string; bytes: number }[];
};

const page = (drawn: string) => `# A\n<!-- drawn by npm run architecture: calls -->\n${drawn}<!-- end -->\nB\n`;

describe('a page with a drawn section', () => {
  it('gets the picture as it is now, and keeps what people wrote', async () => {
    expect(await redraw(page('old\n'), { calls: () => 'new' })).toBe(page('new\n'));
    expect(await redraw(page('new\n'), { calls: () => 'new' })).toBe(page('new\n'));
  });

  it('is refused when nothing draws that section', async () => {
    await expect(redraw(page(''), {})).rejects.toThrow('nothing draws "calls"');
  });
});

describe('a byte layout in a comment', () => {
  it('is read with its gaps', () => {
    const source = ' *   0  magic "X"  8 bytes\n *   8  format version    u32\n *  16  offset  u64   a place\n';
    expect(layoutOf(source)).toEqual([
      { at: 0, name: 'magic', bytes: 8 },
      { at: 8, name: 'format version', bytes: 4 },
      { at: 12, name: 'zeros', bytes: 4 },
      { at: 16, name: 'offset', bytes: 8 },
    ]);
  });

  it('is refused when two fields lie on top of each other', () => {
    expect(() => layoutOf(' *   0  a  u64\n *   4  b  u32\n')).toThrow('b begins before');
  });
});
