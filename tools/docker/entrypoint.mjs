/**
 * Starts one process of the system in a container: `entrypoint.mjs order-service`.
 *
 * Which broker it uses: ROCKETMQ_ENDPOINT where that is set; Apache RocketMQ when the profile `rocketmq` is up, which
 * shows in its name server's host name; else the built-in one. The choice is made once in a container's life: a service
 * that starts again while RocketMQ is down must wait for it, and not talk to another broker than the rest.
 */
import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { say } from '../console.mjs';
import { createTopics } from '../rocketmq-topics.mjs';
import { TOPICS } from '../system.mjs';

const BUILT_IN = { endpoint: 'mq-broker:8081' };
const ROCKETMQ = { endpoint: 'rocketmq-proxy:8081', namesrv: 'rocketmq-namesrv:9876' };
const CHOICE_FILE = '/tmp/broker-choice';
const ROCKETMQ_WITHIN_MS = 300_000;

const [name] = process.argv.slice(2);
if (name !== 'mq-broker' && !process.env.ROCKETMQ_ENDPOINT) await chooseBroker();
await import(`../../apps/${name}/dist/main.js`);

async function chooseBroker() {
  if (!existsSync(CHOICE_FILE))
    writeFileSync(CHOICE_FILE, (await isThere('rocketmq-namesrv')) ? 'rocketmq' : 'built-in');
  const isRocketmq = readFileSync(CHOICE_FILE, 'utf8') === 'rocketmq';
  const { endpoint, namesrv } = isRocketmq ? ROCKETMQ : BUILT_IN;
  say(`broker: ${endpoint}`);
  if (namesrv) await createTopics(namesrv, TOPICS, { tryForMs: ROCKETMQ_WITHIN_MS });
  process.env.ROCKETMQ_ENDPOINT = endpoint;
}

async function isThere(host) {
  try {
    await lookup(host);
    return true;
  } catch {
    return false; // no such host
  }
}
