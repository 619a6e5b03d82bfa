import { readFileSync } from 'node:fs';
import type { DynamicModule, Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { PoolConnection } from 'mysql2';
import { DataSource } from 'typeorm';
import { LOCK_WAIT_S, lockWait, poolOf } from './database.js';
import { waitForSchema } from './schema-version.js';

export interface DatabaseOptions {
  /** The folder of sql/ whose migrations the database must have. */
  schema: string;
  /** `mysql://user:password@host:port/database` */
  url: string;
  /** PEM file of the authority of the server's certificate; without it connections are not encrypted. */
  tlsCaFile?: string | undefined;
  poolSize: number;
  entities: Type[];
}

/** How long a connection attempt may take. */
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * Strict, so that a missing value is refused and never replaced. READ COMMITTED takes no gap locks, so conditional updates of different orders do not wait for each other.
 * Timestamps are UTC whatever the server's zone is.
 */
export const SESSION = [
  "SET SESSION time_zone = '+00:00', SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",
  lockWait(LOCK_WAIT_S),
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

/** The service's database. 64-bit ids and decimals are text on our side of it. */
export function databaseModule(options: DatabaseOptions): DynamicModule {
  return TypeOrmModule.forRootAsync({
    useFactory: () => ({
      type: 'mysql',
      url: options.url,
      entities: options.entities,
      synchronize: false,
      supportBigNumbers: true,
      bigNumberStrings: true,
      // for transactions in one round trip (Database); values never become SQL text but through the driver's escaping
      multipleStatements: true,
      timezone: 'Z',
      charset: 'utf8mb4',
      poolSize: options.poolSize,
      ...(options.tlsCaFile && { ssl: { ca: readFileSync(options.tlsCaFile, 'utf8'), verifyIdentity: true } }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      // a service that starts before its database waits for it
      retryAttempts: Number.MAX_SAFE_INTEGER,
      retryDelay: 1_000,
    }),
    dataSourceFactory: async (dataSourceOptions) => openDataSource(new DataSource(dataSourceOptions!), options.schema),
  });
}

/** Connects, gives every connection of the pool its session settings, and waits for the migrations. */
async function openDataSource(dataSource: DataSource, schema: string): Promise<DataSource> {
  await dataSource.initialize();
  poolOf(dataSource).on('connection', (connection: PoolConnection) => {
    for (const setting of SESSION) connection.query(setting);
  });
  // the connection that initialize() opened is in the pool already
  for (const setting of SESSION) await dataSource.query(setting);
  await waitForSchema(dataSource, schema);
  return dataSource;
}
