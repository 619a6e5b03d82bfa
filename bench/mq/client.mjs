/**
 * A client process of the benchmark: the official client, unchanged, told over IPC what to do. One message in, one answer out:
 * {id, do: name, …} → {id, result} or {id, error}.
 */
import { ConsumeResult, Producer, PushConsumer } from 'rocketmq-client-nodejs';

const TICK_MS = 2;
const REQUEST_TIMEOUT_MS = 10_000;
/** The library writes log files under the home directory unless it is given a logger. */
const logger = { info() {}, debug() {}, warn() {}, error() {}, close() {} };

const producers = new Map();
/** By topic: when each message was heard, and how long after it was sent. */
const heard = new Map();

const actions = {
  /** Time until the first message is sent, in ms; the producer stays. */
  async connect({ side, endpoint, topics }) {
    const startMs = performance.now();
    const producer = new Producer({
      endpoints: endpoint,
      namespace: '',
      topics,
      requestTimeout: REQUEST_TIMEOUT_MS,
      logger,
    });
    producers.set(side, producer);
    await producer.startup();
    await producer.send(messageOf(topics[0], body(200)));
    return performance.now() - startMs;
  },

  /** Keeps so many sends under way, for so long or until so many are done. */
  async send({ side, topic, inFlight, ms = Infinity, count = Infinity, bodyBytes }) {
    const producer = producers.get(side);
    const message = body(bodyBytes);
    const latenciesMs = [];
    const startMs = performance.now();
    let left = count;
    const one = async () => {
      while (left-- > 0 && performance.now() - startMs < ms) {
        const sentMs = performance.now();
        await producer.send(messageOf(topic, message));
        latenciesMs.push(performance.now() - sentMs);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, one));
    return { perSecond: (latenciesMs.length * 1_000) / (performance.now() - startMs), latenciesMs };
  },

  /** Sends at this rate, whatever the answers take; each body begins with the time of its sending. */
  async pace({ side, topic, perSecond, ms, bodyBytes }) {
    const producer = producers.get(side);
    const count = Math.round((perSecond * ms) / 1_000);
    const sends = [];
    const startMs = performance.now();
    while (sends.length < count) {
      const due = Math.min(count, Math.floor(((performance.now() - startMs) * perSecond) / 1_000) + 1);
      while (sends.length < due) sends.push(producer.send(messageOf(topic, body(bodyBytes))));
      await new Promise((done) => setTimeout(done, TICK_MS));
    }
    await Promise.all(sends);
    return count;
  },

  async listen({ endpoint, topic, group }) {
    const times = [];
    heard.set(topic, times);
    const consumer = new PushConsumer({
      endpoints: endpoint,
      namespace: '',
      consumerGroup: group,
      subscriptions: new Map([[topic, '*']]),
      messageListener: {
        consume: async (view) => {
          const nowNs = process.hrtime.bigint();
          const sentNs = BigInt(view.body.subarray(0, 20).toString());
          times.push({ atMs: Number(nowNs) / 1e6, latencyMs: Number(nowNs - sentNs) / 1e6 });
          return ConsumeResult.SUCCESS;
        },
      },
      requestTimeout: REQUEST_TIMEOUT_MS,
      logger,
    });
    await consumer.startup();
  },

  /** What was heard since the last time, once it is so much. */
  async collect({ topic, count, timeoutMs }) {
    const times = heard.get(topic);
    const deadlineMs = performance.now() + timeoutMs;
    while (times.length < count) {
      if (performance.now() > deadlineMs) throw new Error(`heard ${times.length} of ${count} messages of ${topic}`);
      await new Promise((done) => setTimeout(done, 5));
    }
    const taken = times.splice(0, count);
    return {
      latenciesMs: taken.map(({ latencyMs }) => latencyMs),
      perSecond: ((count - 1) * 1_000) / (taken.at(-1).atMs - taken[0].atMs),
    };
  },
};

function messageOf(topic, bytes) {
  return { topic, tag: 'order_cancel', keys: ['345959443973935104'], body: bytes };
}

/** The monotonic clock is the same in all processes of a machine. */
function body(bytes) {
  return Buffer.alloc(bytes, process.hrtime.bigint().toString().padStart(20, '0'));
}

process.on('message', async ({ id, do: name, ...options }) => {
  try {
    process.send({ id, result: await actions[name](options) });
  } catch (error) {
    process.send({ id, error: `${name}: ${error.stack}` });
  }
});
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole process group; the benchmark ends its children itself
process.on('disconnect', () => process.exit(0));
process.send({ id: 0 });
