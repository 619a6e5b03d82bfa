import { readFile } from 'node:fs/promises';
import { AdminError } from './admin-error.js';
import { AdminAnswer, type Routes } from './route-table.js';

/** From src/admin and from dist/admin alike. */
const FOLDER = new URL('../../console/', import.meta.url);
const NAME = /^[a-z-]+\.(html|css|js|svg)$/;
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The web console: files that know the broker through the admin HTTP only. */
export const consoleRoutes: Routes = {
  'GET /': toConsole,
  'GET /console': toConsole,
  'GET /console/': () => page('', 'index.html'),
  'GET /console/:file': (_context, request) => page('', request.param('file')),
  'GET /console/pages/:file': (_context, request) => page('pages/', request.param('file')),
};

function toConsole(): AdminAnswer {
  return new AdminAnswer(302, '', 'text/plain', { location: '/console/' });
}

async function page(folder: string, name: string): Promise<AdminAnswer> {
  const [, extension = ''] = NAME.exec(name) ?? [];
  const type = TYPES[extension];
  const bytes = type === undefined ? undefined : await read(new URL(folder + name, FOLDER));
  if (type === undefined || bytes === undefined)
    throw new AdminError(404, `the console has no ${JSON.stringify(name)}`);
  return new AdminAnswer(200, bytes, type);
}

async function read(file: URL): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
