import { say, UserError } from './console.mjs';
import { connectionProblem } from './database-connection.mjs';
import { dockerMysql } from './docker-mysql.mjs';
import { privateMysqld } from './private-mysqld.mjs';
import { installSystemPackage } from './system-package.mjs';

const REACHABLE_WITHIN_MS = 60_000;
const PACKAGES = {
  'apt-get': ['mariadb-server-core', 'mariadb-client-core'],
  dnf: ['mariadb-server'],
  brew: ['mariadb'],
};

/**
 * A database server for one stack: `adminUrl`, and `process`, what the supervisor runs to have it (none when
 * MYSQL_URL names a server that is already there).
 */
export async function provideDatabase({ dataDir, env = process.env, signal }) {
  if (env.MYSQL_URL) {
    await waitUntilReachable(env.MYSQL_URL, signal);
    return { adminUrl: env.MYSQL_URL, process: null };
  }
  const database =
    (await privateMysqld(dataDir)) ??
    (await dockerMysql(dataDir, { signal })) ??
    ((await installSystemPackage('MariaDB', PACKAGES, { signal })) ? await privateMysqld(dataDir) : null);
  if (database) return database;
  throw new UserError(
    'no database server: install MariaDB 10.11 or newer or MySQL 8 (mariadbd or mysqld on PATH), or start Docker, ' +
      'or set MYSQL_URL=mysql://admin:password@host:3306',
  );
}

/** @throws {UserError} when it refuses us, or does not answer within a minute */
export async function waitUntilReachable(adminUrl, signal) {
  const deadlineMs = Date.now() + REACHABLE_WITHIN_MS;
  for (let told = false; ; told = true) {
    const problem = await connectionProblem(adminUrl);
    if (!problem) return;
    const { hostname, port } = new URL(adminUrl);
    const where = `MYSQL_URL (${hostname}:${port || 3306})`;
    if (problem.code === 'ER_ACCESS_DENIED_ERROR') throw new UserError(`${where}: ${problem.message}`);
    if (Date.now() > deadlineMs) throw new UserError(`${where}: no connection within a minute: ${problem.message}`);
    if (!told) say(`waiting for ${where}: ${problem.message}`);
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
