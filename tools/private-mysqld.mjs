import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminPassword } from './admin-password.mjs';
import { findProgram, output } from './command.mjs';
import { say } from './console.mjs';
import { connectionProblem } from './database-connection.mjs';
import { freePort } from './ports.mjs';

/** Longer socket paths than this do not fit into a sockaddr_un. */
const LONGEST_SOCKET_PATH = 100;

/** A MariaDB or MySQL server of this machine, with its files under `dataDir`; null where none (new enough) is installed. */
export async function privateMysqld(dataDir) {
  const server = findServer();
  if (!server) return null;
  const files = join(dataDir, 'mysql');
  if (!existsSync(files) && !initialize(server, files)) return null;

  const password = adminPassword(dataDir);
  const port = await freePort();
  const adminUrl = `mysql://root:${password}@127.0.0.1:${port}`;
  const args = [
    '--no-defaults',
    `--datadir=${files}`,
    // a server that starts deletes what it takes for leftovers in its folder: in /tmp, tables of another server
    `--tmpdir=${temporaryFolder(dataDir)}`,
    `--socket=${socketPath(dataDir)}`,
    `--pid-file=${join(dataDir, 'mysqld.pid')}`,
    `--init-file=${writeAccountsFile(dataDir, password)}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--innodb-flush-log-at-trx-commit=1',
    // the pages that five million orders keep busy fit (npm run bench:orders -- --tables year); 256M are a fifth slower
    '--innodb-buffer-pool-size=320M',
    '--max-connections=500',
    '--character-set-server=utf8mb4',
    '--default-time-zone=+00:00',
    ...server.options,
  ];
  return {
    adminUrl,
    process: {
      name: 'database',
      command: server.program,
      args,
      // 20 MiB less after load, at the same speed
      env: { MALLOC_ARENA_MAX: '2' },
      ports: { mysql: port },
      stopTimeoutMs: 30_000,
      isReady: async () => !(await connectionProblem(adminUrl)),
      isOurs: (commandLine) => commandLine.includes(`--datadir=${files}`),
    },
  };
}

/** The server program that the machine has, and the options that only its kind knows. */
function findServer() {
  const runAs = process.getuid?.() === 0 ? ['--user=root'] : [];
  for (const name of ['mariadbd', 'mysqld']) {
    const program = findProgram(name);
    const version = program && output(program, ['--no-defaults', '--version']);
    const [, major, minor] = version?.match(/Ver (\d+)\.(\d+)/) ?? [];
    if (!major) continue;
    const isMariadb = version.includes('MariaDB');
    const isNewEnough = isMariadb ? major > 10 || (major === '10' && minor >= 11) : major >= 8;
    if (isNewEnough) {
      return { program, isMariadb, options: isMariadb ? runAs : [...runAs, '--mysqlx=OFF', '--secure-file-priv=NULL'] };
    }
    say(`${program} is too old (${major}.${minor}): not used`);
  }
  return null;
}

/** Makes the system tables beside their final place, so that an interrupted run leaves nothing half-made there. */
function initialize(server, files) {
  const unfinished = `${files}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  say(`creating a database under ${files}`);
  const runAs = process.getuid?.() === 0 ? ['--user=root'] : [];
  const installer = findProgram('mariadb-install-db', 'mysql_install_db');
  if (server.isMariadb && !installer) return false;
  const made = server.isMariadb
    ? spawnSync(installer, [
        '--no-defaults',
        `--datadir=${unfinished}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        '--skip-name-resolve',
        ...runAs,
      ])
    : spawnSync(server.program, ['--no-defaults', '--initialize-insecure', `--datadir=${unfinished}`, ...runAs]);
  if (made.status === 0) {
    renameSync(unfinished, files);
    return true;
  }
  const said = `${made.stderr ?? ''}${made.stdout ?? ''}`.trim().split('\n').slice(-5).join('\n');
  say(`${server.program} could not create a database:\n${said || made.error?.message}`);
  rmSync(unfinished, { recursive: true, force: true });
  return false;
}

/** Run by the server at each start, before it takes connections. One statement a line. */
function writeAccountsFile(dataDir, password) {
  const path = join(dataDir, 'accounts.sql');
  const statements = ["CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';"];
  for (const host of ['127.0.0.1', 'localhost']) {
    statements.push(
      `ALTER USER 'root'@'${host}' IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO 'root'@'${host}' WITH GRANT OPTION;`,
    );
  }
  writeFileSync(path, `${statements.join('\n')}\n`, { mode: 0o600 });
  return path;
}

function temporaryFolder(dataDir) {
  const path = join(dataDir, 'mysql-tmp');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

function socketPath(dataDir) {
  const path = join(dataDir, 'mysql.sock');
  if (path.length <= LONGEST_SOCKET_PATH) return path;
  return join(tmpdir(), `trade-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.sock`);
}
