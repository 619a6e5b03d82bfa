/** Makes the topics of the system on the Apache RocketMQ of ROCKETMQ_NAMESRV, each with its type: `npm run topics`. */
import { explain, UserError } from './console.mjs';
import { createTopics } from './rocketmq-topics.mjs';
import { TOPICS } from './system.mjs';

try {
  const { ROCKETMQ_NAMESRV: namesrv } = process.env;
  if (!namesrv) throw new UserError('ROCKETMQ_NAMESRV is needed: host:port of a name server');
  await createTopics(namesrv, TOPICS);
} catch (error) {
  process.stdout.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
