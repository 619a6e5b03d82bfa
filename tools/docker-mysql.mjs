import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, output, run } from './command.mjs';
import { say } from './console.mjs';
import { adminPassword } from './admin-password.mjs';
import { connectionProblem } from './database-connection.mjs';
import { freePort } from './ports.mjs';

const IMAGE = 'mysql:8.4';

/** MySQL in a container, with its files under `dataDir`; null where there is no Docker to use. */
export async function dockerMysql(dataDir, { signal }) {
  const docker = findProgram('docker');
  if (!docker || output(docker, ['info', '--format', '{{.ID}}']) === null) return null;
  if (output(docker, ['image', 'inspect', IMAGE]) === null) {
    try {
      await run(`fetching the image ${IMAGE}`, docker, ['pull', '--quiet', IMAGE], { signal });
    } catch (error) {
      signal?.throwIfAborted();
      say(error.message);
      return null;
    }
  }
  const files = join(dataDir, 'mysql-docker');
  mkdirSync(files, { recursive: true, mode: 0o700 });
  const container = `trade-mysql-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
  // Left behind when its `docker run` was killed.
  output(docker, ['rm', '--force', container]);
  const password = adminPassword(dataDir);
  const port = await freePort();
  const adminUrl = `mysql://root:${password}@127.0.0.1:${port}`;
  const runAs = process.getuid ? ['--user', `${process.getuid()}:${process.getgid()}`] : [];
  return {
    adminUrl,
    process: {
      name: 'database',
      command: docker,
      args: [
        ...['run', '--rm', '--name', container, ...runAs],
        ...['--publish', `127.0.0.1:${port}:3306`, '--volume', `${files}:/var/lib/mysql`],
        ...['--env', 'MYSQL_ROOT_PASSWORD', IMAGE],
        ...['--skip-log-bin', '--max-connections=500', '--default-time-zone=+00:00'],
      ],
      env: { MYSQL_ROOT_PASSWORD: password },
      ports: { mysql: port },
      startTimeoutMs: 180_000,
      stopTimeoutMs: 30_000,
      isReady: async () => !(await connectionProblem(adminUrl)),
      isOurs: (commandLine) => commandLine.includes(container),
      // The `docker run` that was asked to stop may be gone before its container is.
      afterExit: () => output(docker, ['rm', '--force', container]),
    },
  };
}
