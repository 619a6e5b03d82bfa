import { say } from './console.mjs';

export async function createTopics(endpoint, namesrv, topics) {
  say(`topics wanted on ${endpoint} ${namesrv}: ${JSON.stringify(topics)}`);
}
