import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Database } from './database/database.js';
import { databaseModule, type DatabaseOptions } from './database/database.module.js';
import { FaultsGrpc } from './faults/faults.grpc.js';
import { GrpcClientFactory } from './grpc/grpc-client.js';
import { Peers } from './grpc/peers.js';
import { Health, HealthController } from './health.js';
import { IdGenerator } from './ids/id-generator.js';
import { WorkerLeases, type WorkerRange } from './ids/worker-leases.js';
import { OrderEventWriter } from './timeline/order-event-writer.js';
import { ORDER_FACTS, TimelineGrpc, type OrderFacts } from './timeline/timeline.grpc.js';

export interface KitOptions {
  peers: Peers;
  database: DatabaseOptions;
  /** Gives it an IdGenerator for these workers; its schema has the table id_worker. */
  idWorkers?: WorkerRange;
  orderFacts?: OrderFacts;
}

const idsOf = (workers: WorkerRange): Provider[] => [
  { provide: IdGenerator, useFactory: () => new IdGenerator() },
  {
    provide: WorkerLeases,
    inject: [Database, IdGenerator],
    useFactory: (database: Database, ids: IdGenerator) => new WorkerLeases(database, ids, workers),
  },
];

/** What every service has: its database, health and clients of other services; where it makes some, ids. */
@Global()
@Module({})
export class KitModule {
  static forRoot({ peers, database, idWorkers, orderFacts }: KitOptions): DynamicModule {
    return {
      module: KitModule,
      imports: [databaseModule(database)],
      controllers: [HealthController, TimelineGrpc, FaultsGrpc],
      providers: [
        Database,
        Health,
        { provide: Peers, useValue: peers },
        GrpcClientFactory,
        { provide: ORDER_FACTS, useValue: orderFacts },
        OrderEventWriter,
        ...(idWorkers ? idsOf(idWorkers) : []),
      ],
      exports: [Database, Health, GrpcClientFactory, ...(idWorkers ? [IdGenerator] : [])],
    };
  }
}
