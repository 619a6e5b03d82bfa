import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { statementsOf } from '../../../tools/migrations.mjs';
import { mysqlSchema, type MysqlSchema } from './mysql-schema.js';
import { readReadme } from './readme.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const MODULES = join(ROOT, 'node_modules');
const packages = [
  { name: '@trade/mq', folder: 'mq' },
  { name: '@trade/messaging', folder: 'messaging' },
  { name: '@trade/outbox', folder: 'outbox' },
  { name: '@trade/client', folder: 'trade-client' },
];
const EXAMPLE_PRINTS_WITHIN_MS = 30_000;
const DATABASE_OF_EXAMPLE = 'mysql://root@127.0.0.1:3306/shop';
const run = promisify(execFile);
jest.setTimeout(180_000);

interface Manifest {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** An application in an empty folder that has installed the packages as npm would get them, and what the READMEs tell to install. */
describe('the packages as they are published', () => {
  const app = mkdtempSync(join(tmpdir(), 'trade-packages-'));
  const installed = (name: string) => join(app, 'node_modules', name);
  const readme = (folder: string) => readReadme(join(ROOT, 'libs', folder, 'README.md'));

  beforeAll(async () => {
    const workspaces = packages.flatMap(({ name }) => ['-w', name]);
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', app, ...workspaces], { cwd: ROOT });
    for (const { name, filename } of tarballsOf(stdout)) {
      mkdirSync(installed(name), { recursive: true });
      await run('tar', ['-xzf', join(app, filename), '-C', installed(name), '--strip-components=1']);
    }
    const manifests = packages.map(
      ({ name }) => JSON.parse(readFileSync(join(installed(name), 'package.json'), 'utf8')) as Manifest,
    );
    const needed = manifests.flatMap(({ dependencies, peerDependencies }) =>
      Object.keys({ ...dependencies, ...peerDependencies }),
    );
    const told = packages.flatMap(({ folder }) => readme(folder).sh.flatMap(packagesIn));
    for (const name of new Set([...needed, ...told, '@types/node'])) {
      if (!name.startsWith('@trade/')) link(name, installed(name));
    }
    writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }));
    for (const { folder } of packages) {
      readme(folder).ts.forEach((code, at) => writeFileSync(join(app, `${folder}-${at}.ts`), code));
    }
  });
  afterAll(() => rmSync(app, { recursive: true, force: true }));

  it.each(packages)('$name is what every tool can resolve, with licence and types', async ({ name }) => {
    const { messages } = await publint({ pkgDir: installed(name), pack: false, strict: true });
    const manifest = JSON.parse(readFileSync(join(installed(name), 'package.json'), 'utf8')) as Manifest;
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
    for (const file of ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']) {
      expect(readFileSync(join(installed(name), file), 'utf8')).not.toBe('');
    }
  });

  it.each([
    ['node', ['--module', 'nodenext']],
    ['a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit']],
  ])('the examples of their READMEs are right for TypeScript that resolves like %s', async (_who, options) => {
    const { stdout } = await run(process.execPath, [join(MODULES, 'typescript/bin/tsc'), '-p', app, ...options]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it.each(packages.filter(({ folder }) => folder === 'mq' || folder === 'messaging'))(
    'the example of $name prints what its README says',
    async ({ folder }) =>
      expect(await outputOf(join(app, `${folder}-0.js`), readme(folder).prints!)).toContain(readme(folder).prints),
  );

  describe('with a database', () => {
    let ours: MysqlSchema;
    const server = process.env['MYSQL_URL']!;
    const shop = `test_shop_${process.pid}`;

    beforeAll(async () => {
      ours = await mysqlSchema('trade_pay');
      const connection = await createConnection(server);
      await connection.query(`CREATE DATABASE ${shop} CHARACTER SET utf8mb4`);
      await connection.query(`USE ${shop}`);
      const declarations = ['messaging', 'outbox'].flatMap((folder) => readme(folder).sql);
      for (const statement of declarations.flatMap(statementsOf)) await connection.query(statement);
      await connection.end();
    });
    afterAll(async () => {
      await ours.execute(`DROP DATABASE ${shop}`);
      await ours.drop();
    });

    it.each(['trade_mq_consumer_log', 'trade_mq_producer_temp'])(
      '%s of the READMEs is the table of the services',
      async (table) => {
        expect(await shapeOf(ours, shop, table)).toEqual(await shapeOf(ours, ours.name, table));
      },
    );

    it('the example of @trade/outbox prints what its README says, and its change is there', async () => {
      const file = join(app, 'outbox-0.js');
      const code = readFileSync(file, 'utf8');
      expect(code).toContain(DATABASE_OF_EXAMPLE);
      const url = Object.assign(new URL(server), { pathname: `/${shop}` }).href;
      writeFileSync(file, code.replace(DATABASE_OF_EXAMPLE, url));
      const { prints } = readme('outbox');
      expect(await outputOf(file, prints!)).toContain(prints);
      expect(await ours.rows(`SELECT is_paid FROM ${shop}.payment WHERE pay_id = 1`)).toEqual([{ is_paid: 2 }]);
    });
  });
});

const COMPILER_OPTIONS = {
  target: 'es2022',
  strict: true,
  skipLibCheck: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  types: ['node'],
};

function tarballsOf(stdout: string): { name: string; filename: string }[] {
  // prepack scripts may have written before it
  return JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as { name: string; filename: string }[];
}

/** The names in `npm install …` lines. */
function packagesIn(commands: string): string[] {
  const lines = commands.split('\n').filter((line) => line.startsWith('npm install '));
  const words = lines.flatMap((line) => line.replace(/#.*/, '').split(' ').slice(2));
  return words
    .filter((word) => word !== '' && !word.startsWith('--'))
    .map((word) => word.replace(/(?<=.)@[\d.]+$/, ''));
}

function link(name: string, at: string): void {
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(join(MODULES, name), at);
}

/** What a program has printed when the awaited text is there, or when it ends; then it is stopped. */
async function outputOf(file: string, awaited: string): Promise<string> {
  const child = spawn(process.execPath, [file], { env: { PATH: process.env['PATH'] } });
  const exit = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), EXAMPLE_PRINTS_WITHIN_MS);
  let output = '';
  const listen = (bytes: Buffer): void => {
    output += bytes.toString();
    if (output.includes(awaited)) child.kill('SIGTERM');
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  await exit;
  clearTimeout(timer);
  return output;
}

/** Columns and keys of a table. */
async function shapeOf(schema: MysqlSchema, database: string, table: string): Promise<unknown> {
  const where = 'table_schema = ? AND table_name = ?';
  const columns = await schema.rows(
    `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS fallback
     FROM information_schema.columns WHERE ${where} ORDER BY ordinal_position`,
    [database, table],
  );
  const keys = await schema.rows(
    `SELECT index_name AS name, column_name AS part FROM information_schema.statistics
     WHERE ${where} ORDER BY index_name, seq_in_index`,
    [database, table],
  );
  expect(columns.length).toBeGreaterThan(5);
  return { columns, keys };
}
