import { resolve } from 'node:path';
import { grpcServices } from '@trade/contracts';
import type { ServiceDescription } from '@trade/service-kit';
import { settings } from './config.js';
import { hasSandbox } from './sandbox/has-sandbox.js';
import { OrderModule } from './order.module.js';

/** order-service: its settings, its parts and its doors. */
export const orderService: ServiceDescription<typeof settings> = {
  name: 'order-service',
  settings,
  module: (config) => OrderModule.forRoot(config),
  httpPort: (config) => config.ORDER_HTTP_PORT,
  grpc: { contract: grpcServices.order, port: (config) => config.ORDER_GRPC_PORT },
  api: {
    access: (config) => config,
    title: 'Orders',
    description: 'Place orders and read them, and the goods there are. Amounts are yuan as decimal text, ids are text.',
  },
  // beside src and dist
  pages: (config) => ({
    folder: resolve(import.meta.dirname, '../web'),
    settings: { hasSandbox: hasSandbox(config), needsLogin: config.NODE_ENV === 'production' },
  }),
};
