import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { selfSignedCertificate } from '@trade/testing';
import { createConnection, type ConnectionOptions, type RowDataPacket } from 'mysql2/promise';
import { Peers } from '../grpc/peers.js';
import { KitModule } from '../kit.module.js';
import { Database } from './database.js';

const TOOLS = resolve(import.meta.dirname, '../../../../tools');
const ACCOUNT = 'trade_goods';
const PASSWORD = 'a-password-of-this-test';

interface ServerProcess {
  name: string;
  args: string[];
}
const { privateMysqld } = (await import(join(TOOLS, 'private-mysqld.mjs'))) as {
  privateMysqld: (dataDir: string) => Promise<{ adminUrl: string; process: ServerProcess }>;
};
const { Supervisor } = (await import(join(TOOLS, 'supervisor.mjs'))) as {
  Supervisor: new (options: { logDir: string }) => {
    start: (process: ServerProcess) => Promise<void>;
    stop: (names: string[]) => Promise<void>;
  };
};
const { applySchema, connectionOptions } = (await import(join(TOOLS, 'schema.mjs'))) as {
  applySchema: (adminUrl: string, options: { env: object; sampleData: boolean }) => Promise<void>;
  connectionOptions: (adminUrl: string, env: object) => ConnectionOptions;
};

const folder = mkdtempSync(join(tmpdir(), 'trade-tls-'));
const server = new Supervisor({ logDir: join(folder, 'logs') });
let url: string;

beforeAll(async () => {
  const mysqld = await privateMysqld(folder);
  const { cert, key } = selfSignedCertificate(['localhost']);
  const files = {
    'server.pem': cert,
    'server-key.pem': key,
    'stranger.pem': selfSignedCertificate(['localhost']).cert,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const tls = [
    `--ssl-cert=${file('server.pem')}`,
    `--ssl-key=${file('server-key.pem')}`,
    '--require-secure-transport=OFF',
  ];
  await server.start({ ...mysqld.process, args: [...mysqld.process.args, ...tls] });
  await applySchema(mysqld.adminUrl, { env: { TRADE_GOODS_DB_PASSWORD: PASSWORD }, sampleData: false });
  const { port } = new URL(mysqld.adminUrl);
  url = `mysql://${ACCOUNT}:${PASSWORD}@localhost:${port}/${ACCOUNT}`;
});
afterAll(async () => {
  await server.stop(['database']);
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string): string {
  return join(folder, name);
}

/** The cipher of a service's connection to the database; empty for one that is not encrypted. */
async function cipher(address: string, tlsCaFile?: string): Promise<string> {
  const kit = KitModule.forRoot({
    peers: new Peers({ INTERNAL_TOKEN: 'nobody calls' }),
    database: { schema: ACCOUNT, url: address, tlsCaFile, poolSize: 1, entities: [] },
  });
  const app = await NestFactory.createApplicationContext(kit, { logger: false });
  try {
    const [row] = await app.get(Database).query<{ Value: string }[]>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    return row?.Value ?? '';
  } finally {
    await app.close();
  }
}

it('a service with the authority of its database talks to it encrypted, one without does not', async () => {
  expect(await cipher(url, file('server.pem'))).toMatch(/\w+/);
  expect(await cipher(url)).toBe('');
});

it('a server whose certificate somebody else signed is refused, and so would be one of another name', async () => {
  const options = connectionOptions(url, { DATABASE_TLS_CA_FILE: file('stranger.pem') });
  await expect(createConnection(options)).rejects.toThrow(/certificate/i);
  expect(options.ssl).toMatchObject({ verifyIdentity: true });
});

it('the tools talk to the database as the services do', async () => {
  const connection = await createConnection(connectionOptions(url, { DATABASE_TLS_CA_FILE: file('server.pem') }));
  const [[row]] = await connection.query<RowDataPacket[]>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
  await connection.end();
  expect(row!['Value']).not.toBe('');
});
