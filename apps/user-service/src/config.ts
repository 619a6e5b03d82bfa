import { port, type ServiceConfig } from '@trade/service-kit';

export const userSettings = {
  USER_HTTP_PORT: port(8085),
  USER_GRPC_PORT: port(50055),
};

export type UserConfig = ServiceConfig<typeof userSettings>;
