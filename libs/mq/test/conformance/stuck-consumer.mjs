/**
 * A consumer as a process of its own, for killing it: receives messages, acknowledges the one that says "0", prints what it
 * got as one line of JSON and goes on doing nothing. Arguments: endpoint, group, topic, number of messages.
 */
import { SimpleConsumer } from 'rocketmq-client-nodejs';

const [endpoints, consumerGroup, topic, count] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {}, close() {} };
const consumer = new SimpleConsumer({
  endpoints,
  namespace: '',
  consumerGroup,
  subscriptions: new Map([[topic, '*']]),
  awaitDuration: 5000,
  logger: silent,
});
await consumer.startup();
const views = [];
while (views.length < Number(count)) views.push(...(await consumer.receive(32, 10_000)));
for (const view of views) if (view.body.toString() === '0') await consumer.ack(view);
process.stdout.write(`${JSON.stringify(views.map((view) => view.body.toString()))}\n`);
