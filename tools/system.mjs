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

/** The topics of the system, each with its message type. */
export const TOPICS = { orderTopic: 'NORMAL', orderTimeoutTopic: 'DELAY', payTopic: 'NORMAL' };

/**
 * The system as processes: who has which ports, who calls whom, who owns which database.
 *
 *     order-service ──gRPC──▶ goods-service   coupon-service   user-service
 *          ▲  │                     ▲               ▲               ▲
 *        gRPC └── orderTopic, orderTimeoutTopic ────┴───────────────┤   (RocketMQ)
 *     pay-service ── payTopic ──▶ order-service, user-service, pay-service
 */
export function describeSystem({ dataDir, adminUrl, env = process.env }) {
  const host = env.BIND_HOST || '127.0.0.1';
  const ports = readPorts(env);
  // What listens on every address is reached on this machine's own.
  const reachedOn = host === '0.0.0.0' ? '127.0.0.1' : host;
  const address = (variable) => `${reachedOn}:${ports[variable]}`;
  const rocketmq = env.ROCKETMQ_ENDPOINT || env.MQ_GRPC_ADDRESS || address('MQ_GRPC_PORT');
  const broker = env.ROCKETMQ_ENDPOINT
    ? null
    : describe('mq-broker', {
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
    describe('goods-service', {
      ports: { http: 'GOODS_HTTP_PORT', grpc: 'GOODS_GRPC_PORT' },
      database: 'trade_goods',
    }),
    describe('coupon-service', {
      ports: { http: 'COUPON_HTTP_PORT', grpc: 'COUPON_GRPC_PORT' },
      database: 'trade_coupon',
    }),
    describe('user-service', {
      ports: { http: 'USER_HTTP_PORT', grpc: 'USER_GRPC_PORT' },
      database: 'trade_user',
    }),
    describe('order-service', {
      ports: { http: 'ORDER_HTTP_PORT', grpc: 'ORDER_GRPC_PORT' },
      database: 'trade_order',
      calls: {
        GOODS_GRPC_ADDRESS: 'GOODS_GRPC_PORT',
        COUPON_GRPC_ADDRESS: 'COUPON_GRPC_PORT',
        USER_GRPC_ADDRESS: 'USER_GRPC_PORT',
      },
      env: { SERVICE_WORKER_ID: '1' },
    }),
    describe('pay-service', {
      ports: { http: 'PAY_HTTP_PORT', grpc: 'PAY_GRPC_PORT' },
      database: 'trade_pay',
      calls: { ORDER_GRPC_ADDRESS: 'ORDER_GRPC_PORT' },
      env: { SERVICE_WORKER_ID: '2' },
    }),
  ];
  return { host, reachedOn, broker, services };

  function describe(name, { ports: variables, database, calls = {}, env: own = {} }) {
    const needs = { BIND_HOST: host, ...own };
    for (const variable of Object.values(variables)) needs[variable] = String(ports[variable]);
    if (database) {
      needs.DATABASE_URL = serviceUrl(adminUrl, database, env);
      needs.ROCKETMQ_ENDPOINT = rocketmq;
    }
    // An address that is given stays: a proxy may stand in between.
    for (const [variable, port] of Object.entries(calls)) needs[variable] = env[variable] || address(port);
    const actualPorts = { http: ports[variables.http], grpc: ports[variables.grpc] };
    return {
      name,
      command: process.execPath,
      args: [join(root, 'apps', name, 'dist/main.js')],
      env: needs,
      ports: actualPorts,
      portVariables: variables,
      isReady: () => answersReady(`http://${reachedOn}:${actualPorts.http}/health/ready`),
    };
  }
}

function readPorts(env) {
  const ports = {};
  for (const [variable, fallback] of Object.entries(DEFAULT_PORTS)) {
    const port = Number(env[variable] || fallback);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new UserError(`${variable} must be a port from 1 to 65535: ${env[variable]}`);
    }
    const taken = Object.keys(ports).find((other) => ports[other] === port);
    if (taken) throw new UserError(`${variable} and ${taken} are both ${port}`);
    ports[variable] = port;
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
