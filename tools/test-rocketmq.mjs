/** Runs the whole-stack tests with an Apache RocketMQ 5 in the place of the built-in broker. */
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { root } from './paths.mjs';

const { ROCKETMQ_ENDPOINT, ROCKETMQ_NAMESRV } = process.env;
if (!ROCKETMQ_ENDPOINT || !ROCKETMQ_NAMESRV) {
  process.stdout.write(`ROCKETMQ_ENDPOINT and ROCKETMQ_NAMESRV are needed. For one to test with:

  docker run --rm -p 8081:8081 -p 9876:9876 -p 10911:10911 apache/rocketmq:5.5.0 \\
    sh -c 'printf "brokerIP1=127.0.0.1\\n" > /tmp/broker.conf; sh mqnamesrv & sleep 5; sh mqbroker -n localhost:9876 -c /tmp/broker.conf --enable-proxy'
  ROCKETMQ_ENDPOINT=127.0.0.1:8081 ROCKETMQ_NAMESRV=127.0.0.1:9876 npm run test:rocketmq
`);
  process.exit(1);
}
for (const [name, address] of Object.entries({ ROCKETMQ_ENDPOINT, ROCKETMQ_NAMESRV })) {
  const problem = await connectionProblem(address);
  if (!problem) continue;
  process.stdout.write(`${name} ${address}: ${problem}\n`);
  process.exit(1);
}
const args = [join(root, 'tools/test.mjs'), 'e2e', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
process.exit(status ?? 1);

/** Why nothing can be said to that address, or null. */
function connectionProblem(address) {
  const [, host, port] = address.match(/^(.+):(\d+)$/) ?? [];
  if (!host) return 'not host:port';
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => {
      socket.destroy();
      resolve(null);
    });
    socket.on('error', (error) => resolve(error.message));
  });
}
