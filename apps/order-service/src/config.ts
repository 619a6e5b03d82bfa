import { addresses, durationMs, isYuan, port, restSettings, secret, type ServiceConfig } from '@trade/service-kit';
import { z } from 'zod';

/** RocketMQ takes no message that is delayed for longer. */
const MAX_MESSAGE_DELAY_MS = 24 * 60 * 60 * 1000;

const yuan = (fallback: string) => z.string().refine(isYuan, 'must be an amount such as 8.00').default(fallback);

export const settings = {
  ...restSettings,
  ORDER_HTTP_PORT: port(8080),
  ORDER_GRPC_PORT: port(50051),
  GOODS_GRPC_ADDRESS: addresses('127.0.0.1:50053'),
  COUPON_GRPC_ADDRESS: addresses('127.0.0.1:50054'),
  USER_GRPC_ADDRESS: addresses('127.0.0.1:50055'),
  /** Where the sandbox payment platform reports payments, and the key that it signs with. Production has no sandbox. */
  PAY_HTTP_URL: z.url().default('http://127.0.0.1:9090'),
  PAY_CALLBACK_SECRET: secret().optional(),
  /** For the timeline of an order. */
  PAY_GRPC_ADDRESS: addresses('127.0.0.1:50052'),
  /** Every call of another service ends after this time. */
  RPC_DEADLINE_MS: durationMs(3_000),
  /** Orders that are still unconfirmed after this time are cancelled: their order-service died in the middle. */
  ORDER_CONFIRM_LIMIT_MS: durationMs(60_000),
  /** Orders that are still unpaid this long after their confirmation are cancelled. */
  ORDER_UNPAID_LIMIT_MS: z.coerce.number().int().positive().max(MAX_MESSAGE_DELAY_MS).default(1_800_000),
  /** Goods worth at least this much ship free of charge… */
  SHIPPING_FREE_FROM_YUAN: yuan('99.00'),
  /** …and any other order costs this. */
  SHIPPING_FEE_YUAN: yuan('0.00'),
};

export type OrderConfig = ServiceConfig<typeof settings>;

/** Injection token of the settings. */
export const ORDER_CONFIG = Symbol('order config');
