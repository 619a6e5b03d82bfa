const SECTION = /(<!-- drawn by npm run architecture: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page with each drawn section as its drawing is now. @throws {Error} for a section that nothing draws */
export async function redraw(page, drawings) {
  const drawn = new Map();
  for (const [, , name] of page.matchAll(SECTION)) {
    if (!drawings[name]) throw new Error(`nothing draws "${name}"`);
    drawn.set(name, await drawings[name]());
  }
  return page.replaceAll(SECTION, (_, begin, name, end) => `${begin}${drawn.get(name)}\n${end}`);
}

export function mermaid(lines) {
  return ['```mermaid', ...lines, '```'].join('\n');
}

export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
