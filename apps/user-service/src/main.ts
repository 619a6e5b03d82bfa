import { grpcServices } from '@trade/contracts';
import { bootService, run } from '@trade/service-kit';
import { userSettings } from './config.js';
import { UserModule } from './user.module.js';

run(() =>
  bootService({
    name: 'user-service',
    settings: userSettings,
    module: (config) => UserModule.forRoot(config),
    httpPort: (config) => config.USER_HTTP_PORT,
    grpc: { contract: grpcServices.user, port: (config) => config.USER_GRPC_PORT },
  }),
);
