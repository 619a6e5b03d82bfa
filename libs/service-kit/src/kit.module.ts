import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Database } from './database/database.js';
import { databaseModule, type DatabaseOptions } from './database/database.module.js';
import { GrpcClientFactory } from './grpc/grpc-client.js';
import { Peers } from './grpc/peers.js';
import { Health, HealthController } from './health.js';
import { IdGenerator } from './ids.js';

export interface KitOptions {
  peers: Peers;
  database: DatabaseOptions;
  /** 0 to 1023, different in every process that makes ids; random when left out. */
  workerId?: number;
}

/** What every service has: its database, health, ids and clients of other services. */
@Global()
@Module({})
export class KitModule {
  static forRoot({ peers, database, workerId }: KitOptions): DynamicModule {
    return {
      module: KitModule,
      imports: [databaseModule(database)],
      controllers: [HealthController],
      providers: [
        Database,
        Health,
        { provide: Peers, useValue: peers },
        GrpcClientFactory,
        { provide: IdGenerator, useFactory: () => new IdGenerator(workerId) },
      ],
      exports: [Database, Health, GrpcClientFactory, IdGenerator],
    };
  }
}
