import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'test-results', '.git', '.nx', '.data']);
/** Binary, or not written by people. */
const NOT_READ = /\.(png|svg|ico|woff2|map|tgz)$|package-lock\.json$/;

const files = filesBelow(ROOT);
const pages = files.filter((file) => file.endsWith('.md'));
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
const wordsOfTheCode = new Set(
  files.filter((file) => !file.endsWith('.md') && !NOT_READ.test(file)).flatMap((file) => namesIn(read(file))),
);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [relative(ROOT, path)];
  });
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Names of settings, codes and the like: ORDER_HTTP_PORT. */
function namesIn(text: string): string[] {
  return text.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? [];
}

function codeIn(page: string): string[] {
  return [...page.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([code]) => code);
}

function withoutCode(page: string): string {
  return page.replaceAll(/```[\s\S]*?```|`[^`\n]+`/g, '');
}

/** What a guide tells to make has "(new)" behind it. */
function withoutNew(page: string): string {
  return page.replaceAll(/`[^`\n]+` \(new\)/g, '');
}

/** The anchors of a page, as GitHub names them. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return [...page.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#+ +(.+?) *$/gm)].map(([, heading = '']) => {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

function problemOfLink(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
  if (!existsSync(file)) return `${target}: there is no such file`;
  if (anchor === undefined || statSync(file).isDirectory()) return undefined;
  return anchorsOf(readFileSync(file, 'utf8')).includes(anchor) ? undefined : `${target}: there is no such heading`;
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('has links that lead somewhere', () => {
    const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const inside = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(inside.map((target) => problemOfLink(page, target)).filter(Boolean)).toEqual([]);
  });

  it('names npm scripts that there are', () => {
    const named = [...text.matchAll(/\bnpm run (?:--silent |-s )?([a-z](?:[\w:-]*\w)?)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('names files that there are; one to be made has "(new)" behind it', () => {
    const paths = codeIn(withoutNew(text))
      .flatMap((code) => code.match(/(?<![\w./@$-])(?:apps|libs|tools|sql|docs|bench|deploy)\/[\w./-]*\w/g) ?? [])
      .filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, dirname(page), path)));
    expect(paths).toEqual([]);
  });

  it('names settings and codes that the code knows', () => {
    // of a further instance: ORDER_HTTP_PORT_2
    const named = codeIn(withoutNew(text))
      .flatMap(namesIn)
      .map((name) => name.replace(/_\d$/, ''));
    expect([...new Set(named)].filter((name) => !wordsOfTheCode.has(name))).toEqual([]);
  });
});

it('every page of docs/ stands in the index', () => {
  const index = read('docs/README.md');
  const missing = pages
    .filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
    .filter((page) => !index.includes(`(${page.slice('docs/'.length)})`));
  expect(missing).toEqual([]);
});
