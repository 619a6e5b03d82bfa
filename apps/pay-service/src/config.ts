import {
  addresses,
  durationMs,
  inProduction,
  port,
  restSettings,
  secret,
  type ServiceConfig,
} from '@trade/service-kit';

export const paySettings = {
  ...restSettings,
  PAY_HTTP_PORT: port(9090),
  PAY_GRPC_PORT: port(50052),
  ORDER_GRPC_ADDRESS: addresses('127.0.0.1:50051'),
  /** The key that the payment platform signs its callbacks with. Whoever calls can mark a payment as paid without it. */
  PAY_CALLBACK_SECRET: inProduction(secret().optional(), (key) =>
    key === undefined ? 'must be set when NODE_ENV is production: callbacks are signed with it' : undefined,
  ),
  RPC_DEADLINE_MS: durationMs(3_000),
};

export type PayConfig = ServiceConfig<typeof paySettings>;
