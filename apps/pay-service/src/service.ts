import { grpcServices } from '@trade/contracts';
import type { ServiceDescription } from '@trade/service-kit';
import { paySettings } from './config.js';
import { PayModule } from './pay.module.js';

/** pay-service: its settings, its parts and its doors. */
export const payService: ServiceDescription<typeof paySettings> = {
  name: 'pay-service',
  settings: paySettings,
  module: (config) => PayModule.forRoot(config),
  httpPort: (config) => config.PAY_HTTP_PORT,
  grpc: { contract: grpcServices.pay, port: (config) => config.PAY_GRPC_PORT },
  api: {
    access: (config) => config,
    title: 'Payments',
    description: 'Open a payment for a confirmed order, take the callback of the payment platform, read a payment.',
  },
};
