/**
 * The tests that an Apache RocketMQ 5 takes part in: the conformance suite of the built-in broker against it, and the whole
 * stack on it. `node tools/test-rocketmq.mjs [conformance|e2e] [jest arguments]`; both without a kind.
 */
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { install } from './install.mjs';
import { root } from './paths.mjs';

const CONFORMANCE = 'libs/mq/test/conformance';
const { ROCKETMQ_ENDPOINT, ROCKETMQ_NAMESRV } = process.env;
if (!ROCKETMQ_ENDPOINT || !ROCKETMQ_NAMESRV) {
  process.stdout.write(`ROCKETMQ_ENDPOINT and ROCKETMQ_NAMESRV are needed. For one to test with:

  docker run --rm -p 8081:8081 -p 9876:9876 -p 10911:10911 apache/rocketmq:5.5.0 \\
    sh -c 'printf "brokerIP1=127.0.0.1\\n" > /tmp/broker.conf; sh mqnamesrv & sleep 5; sh mqbroker -n localhost:9876 -c /tmp/broker.conf & sleep 15; sh mqproxy -n localhost:9876'
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
const KINDS = {
  conformance: [
    'node_modules/.bin/jest',
    '--selectProjects',
    'int',
    '--maxWorkers=2',
    '--testPathPatterns',
    CONFORMANCE,
  ],
  e2e: ['tools/test.mjs', 'e2e'],
};
const [first, ...rest] = process.argv.slice(2);
const only = Object.hasOwn(KINDS, first ?? '') ? first : null;
await install();
const statuses = Object.entries(KINDS)
  .filter(([kind]) => !only || kind === only)
  .map(([, [program, ...args]]) => run(program, [...args, ...(only ? rest : process.argv.slice(2))]));
process.exit(statuses.every((status) => status === 0) ? 0 : 1);

function run(program, args) {
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim();
  const env = { ...process.env, NODE_OPTIONS };
  return spawnSync(process.execPath, [join(root, program), ...args], { stdio: 'inherit', cwd: root, env }).status;
}

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
