import { address, durationMs, inProduction, port, restSettings, secret, type ServiceConfig } from '@trade/service-kit';
import { z } from 'zod';

export const paySettings = {
  ...restSettings,
  PAY_HTTP_PORT: port(9090),
  PAY_GRPC_PORT: port(50052),
  ORDER_GRPC_ADDRESS: address('127.0.0.1:50051'),
  /** The key that the payment platform signs its callbacks with. Whoever calls can mark a payment as paid without it. */
  PAY_CALLBACK_SECRET: inProduction(secret().optional(), (key) =>
    key === undefined ? 'must be set when NODE_ENV is production: callbacks are signed with it' : undefined,
  ),
  RPC_DEADLINE_MS: durationMs(3_000),
  /** 0 to 1023, different in every instance; random when left out. */
  SERVICE_WORKER_ID: z.coerce.number().int().min(0).max(1023).optional(),
};

export type PayConfig = ServiceConfig<typeof paySettings>;
