import { join } from 'node:path';
import { UserError } from './console.mjs';
import { root } from './paths.mjs';
import { serviceUrl } from './schema.mjs';

/** Every port of the system: the variable that changes it, and what it is without. */
const DEFAULT_PORTS = {
  ORDER_HTTP_PORT: 8080,
  PAY_HTTP_PORT: 9090,
  MQ_GRPC_PORT: 8081,
  MQ_ADMIN_PORT: 8082,
  GOODS_HTTP_PORT: 8083,
  COUPON_HTTP_PORT: 8084,
  USER_HTTP_PORT: 8085,
  ORDER_GRPC_PORT: 50051,
  PAY_GRPC_PORT: 50052,
  GOODS_GRPC_PORT: 50053,
  COUPON_GRPC_PORT: 50054,
  USER_GRPC_PORT: 50055,
};

const SERVICES = ['order', 'pay', 'goods', 'coupon', 'user'];

/** The topics of the system, each with its message type. */
export const TOPICS = { orderTopic: 'NORMAL', orderTimeoutTopic: 'DELAY', payTopic: 'NORMAL' };

/**
 * Node lets a heap with a limit below 2 GiB grow less before it collects its garbage, and two of glibc's arenas do for what is
 * outside of it. `npm run bench:orders`, the whole stack after load: 1.27 GiB become 0.99, at the same speed. One helper thread of
 * V8 for each of many processes, in place of four: p99 of an order 42 to 33 ms at 16 in flight, of a callback 13.9 to 12.6.
 */
const THRIFTY = { options: ['--max-old-space-size=1024', '--v8-pool-size=1'], env: { MALLOC_ARENA_MAX: '2' } };

/**
 * The system as processes: who has which ports, who calls whom, who owns which database.
 *
 *     order-service ──gRPC──▶ goods-service   coupon-service   user-service
 *          ▲  │                     ▲               ▲               ▲
 *        gRPC └── orderTopic, orderTimeoutTopic ────┴───────────────┤   (RocketMQ)
 *     pay-service ── payTopic ──▶ order-service, user-service, pay-service
 */
export function describeSystem({ dataDir, adminUrl, env = process.env, scale = {} }) {
  const host = env.BIND_HOST || '127.0.0.1';
  const ports = readPorts(env, scale);
  // What listens on every address is reached on this machine's own.
  const reachedOn = host === '0.0.0.0' ? '127.0.0.1' : host;
  /** Of all instances. */
  const addresses = (variable) =>
    instances(serviceOf(variable), scale)
      .map((instance) => `${reachedOn}:${ports[variableOf(variable, instance)]}`)
      .join(',');
  const rocketmq = env.ROCKETMQ_ENDPOINT || env.MQ_GRPC_ADDRESS || addresses('MQ_GRPC_PORT');
  const broker = env.ROCKETMQ_ENDPOINT
    ? null
    : describe('mq-broker', 1, {
        ports: { http: 'MQ_ADMIN_PORT', grpc: 'MQ_GRPC_PORT' },
        env: {
          MQ_HOST: host,
          MQ_DATA_DIR: join(dataDir, 'mq'),
          MQ_TOPICS: Object.entries(TOPICS)
            .map(([topic, type]) => `${topic}:${type}`)
            .join(','),
        },
      });
  const services = [
    ...scaled('goods-service', {
      ports: { http: 'GOODS_HTTP_PORT', grpc: 'GOODS_GRPC_PORT' },
      database: 'trade_goods',
    }),
    ...scaled('coupon-service', {
      ports: { http: 'COUPON_HTTP_PORT', grpc: 'COUPON_GRPC_PORT' },
      database: 'trade_coupon',
    }),
    ...scaled('user-service', {
      ports: { http: 'USER_HTTP_PORT', grpc: 'USER_GRPC_PORT' },
      database: 'trade_user',
    }),
    ...scaled('order-service', {
      ports: { http: 'ORDER_HTTP_PORT', grpc: 'ORDER_GRPC_PORT' },
      database: 'trade_order',
      calls: {
        GOODS_GRPC_ADDRESS: 'GOODS_GRPC_PORT',
        COUPON_GRPC_ADDRESS: 'COUPON_GRPC_PORT',
        USER_GRPC_ADDRESS: 'USER_GRPC_PORT',
        PAY_GRPC_ADDRESS: 'PAY_GRPC_PORT',
      },
    }),
    ...scaled('pay-service', {
      ports: { http: 'PAY_HTTP_PORT', grpc: 'PAY_GRPC_PORT' },
      database: 'trade_pay',
      calls: { ORDER_GRPC_ADDRESS: 'ORDER_GRPC_PORT' },
    }),
  ];
  return { host, reachedOn, broker, services };

  function scaled(service, description) {
    return instances(service, scale).map((instance) => describe(service, instance, description));
  }

  /** The first instance is named like its service, the others are numbered. */
  function describe(service, instance, { ports: variables, database, calls = {}, env: own = {} }) {
    const needs = { BIND_HOST: host, ...own };
    const actualPorts = {};
    const portVariables = {};
    for (const [kind, variable] of Object.entries(variables)) {
      portVariables[kind] = variableOf(variable, instance);
      actualPorts[kind] = ports[portVariables[kind]];
      needs[variable] = String(actualPorts[kind]);
    }
    if (service === 'order-service') needs.PAY_HTTP_URL = `http://${reachedOn}:${ports.PAY_HTTP_PORT}`;
    if (database) {
      needs.DATABASE_URL = serviceUrl(adminUrl, database, env);
      needs.ROCKETMQ_ENDPOINT = rocketmq;
    }
    // An address that is given stays: a proxy may stand in between.
    for (const [variable, port] of Object.entries(calls)) needs[variable] = env[variable] || addresses(port);
    return {
      name: instance === 1 ? service : `${service}-${instance}`,
      app: service,
      command: process.execPath,
      args: [...(database ? THRIFTY.options : []), join(root, 'apps', service, 'dist/main.js')],
      env: database ? { ...THRIFTY.env, ...needs } : needs,
      ports: actualPorts,
      portVariables,
      // for the "break something" panel, which production does not have
      mayStopOthers: service === 'order-service' && env.NODE_ENV !== 'production',
      isReady: () => answersReady(`http://${reachedOn}:${actualPorts.http}/health/ready`),
    };
  }
}

/** `goods=2,order=2` as how many instances of each service. */
export function readScale(texts) {
  const scale = {};
  for (const part of texts.flatMap((text) => text.split(','))) {
    const [, name, count] = /^(\w+?)(?:-service)?=([1-9])$/.exec(part) ?? [];
    if (!SERVICES.includes(name)) {
      throw new UserError(`--scale takes ${SERVICES.join('=2,')}=2 (1 to 9 of each), not ${part}`);
    }
    scale[`${name}-service`] = Number(count);
  }
  return scale;
}

function instances(service, scale) {
  return Array.from({ length: scale[service] ?? 1 }, (_, index) => index + 1);
}

/** Whose port the variable is. */
function serviceOf(portVariable) {
  return `${portVariable.split('_')[0].toLowerCase()}-service`;
}

/** Each instance after the first has variables of its own: ORDER_HTTP_PORT_2. */
function variableOf(portVariable, instance) {
  return instance === 1 ? portVariable : `${portVariable}_${instance}`;
}

function readPorts(env, scale) {
  const ports = {};
  for (const [portVariable, ofTheFirst] of Object.entries(DEFAULT_PORTS)) {
    for (const instance of instances(serviceOf(portVariable), scale)) {
      const variable = variableOf(portVariable, instance);
      const port = Number(env[variable] || ofTheFirst + 100 * (instance - 1));
      if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw new UserError(`${variable} must be a port from 1 to 65535: ${env[variable]}`);
      }
      const taken = Object.keys(ports).find((other) => ports[other] === port);
      if (taken) throw new UserError(`${variable} and ${taken} are both ${port}`);
      ports[variable] = port;
    }
  }
  return ports;
}

async function answersReady(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(3_000) })).ok;
  } catch {
    return false; // not listening yet
  }
}
