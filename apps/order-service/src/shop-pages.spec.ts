import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const WEB = resolve(import.meta.dirname, '../web');
const SERVICES = resolve(import.meta.dirname, '../..');

/** The keys of a dictionary, which is a module for browsers. */
function keysOf(language: string): string[] {
  const source = readFileSync(join(WEB, 'i18n', `${language}.js`), 'utf8');
  return [...source.matchAll(/^ {2}(?:'([^']+)'|(\w+)):/gm)].map(([, quoted, plain]) => quoted ?? plain!);
}

function filesBelow(folder: string, end: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => end.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

it('every text of the pages is there in each language, once', () => {
  const english = keysOf('en');
  expect(english.length).toBeGreaterThan(100);
  expect(keysOf('zh')).toEqual(english);
  expect(new Set(english).size).toBe(english.length);
});

it('every text that a page asks for is there', () => {
  const sources = [...filesBelow(WEB, /\.html$/), ...filesBelow(join(WEB, 'js'), /\.js$/)];
  const asked = sources.flatMap((source) => [
    ...[...source.matchAll(/data-t="([^"]+)"/g)].map(([, key]) => key!),
    ...[...source.matchAll(/\bt\('([^']+)'/g)].map(([, key]) => key!),
  ]);
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((key) => !keysOf('en').includes(key))).toEqual([]);
});

it('every change of an order that the services log has a name on the timeline', () => {
  const sources = filesBelow(SERVICES, /-service\/src\/[^/]+(?<!spec)\.ts$/);
  const logged = sources.flatMap((source) =>
    [...source.matchAll(/log\.info\('([^']+)', \{ orderId/g)].map(([, message]) => message!),
  );
  expect(logged.length).toBeGreaterThan(15);
  expect(logged.filter((message) => !keysOf('en').includes(`event.${message}`))).toEqual([]);
});

it('no page builds elements from text, or runs a script of its own', () => {
  for (const source of filesBelow(WEB, /\.(html|js)$/)) {
    expect(source).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bon\w+="|<script(?![^>]*src=)|style="/,
    );
  }
});
