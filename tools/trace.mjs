/**
 * Prints what happened to an order: `npm run trace -- <orderId>`. It asks order-service: of the running stack of DATA_DIR, or
 * of ORDER_URL. TOKEN is the access token where one is needed.
 */
import { explain, UserError } from './console.mjs';
import { dataDir } from './paths.mjs';
import { StackFile } from './stack-file.mjs';
import { timelineText } from './timeline-text.mjs';

try {
  const [orderId, ...others] = process.argv.slice(2);
  if (!/^[1-9]\d{0,18}$/.test(orderId ?? '') || others.length > 0)
    throw new UserError('usage: npm run trace -- <orderId>');
  const timeline = await fetchTimeline(`${orderUrl(process.env)}/order/${orderId}/timeline`, process.env.TOKEN);
  process.stdout.write(timelineText(timeline, { colors: process.stdout.isTTY && !process.env.NO_COLOR }));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

function orderUrl(env) {
  if (env.ORDER_URL) return env.ORDER_URL.replace(/\/$/, '');
  const stack = new StackFile(dataDir(env)).read();
  const service = stack?.processes.find(({ name }) => name === 'order-service');
  if (!service) throw new UserError('no order-service: start the system (npm start), or set ORDER_URL or DATA_DIR');
  return `http://127.0.0.1:${service.ports.http}`;
}

async function fetchTimeline(url, token) {
  let answer;
  try {
    answer = await fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  } catch (error) {
    throw new UserError(`${url}: ${error.cause?.message ?? error.message}`);
  }
  const { success, message, data } = await answer.json();
  if (!success) throw new UserError(message);
  return data;
}
