import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { faultService, timelineService, type GrpcServiceContract } from '@trade/contracts';
import type { z } from 'zod';
import type { ApiIntroduction } from './api-docs/document.js';
import { RestDoor, type RestConfig } from './auth/rest-door.js';
import { type CommonConfig, commonSettings, ConfigError, loadConfig, maskedConfig } from './config.js';
import { allowFaults } from './faults/faults.js';
import { GrpcServer } from './grpc/grpc-server.js';
import { GrpcClientFactory } from './grpc/grpc-client.js';
import { Peers } from './grpc/peers.js';
import { Health } from './health.js';
import { httpAdapter, useHttpConventions } from './http/http-server.js';
import { servePages, type Pages } from './http/pages.js';
import { configureLogging, Log, NestLog } from './logging.js';
import { showProcessMetrics } from './metrics/metrics.js';
import { configureTimeline } from './timeline/order-events.js';
import { startTracing } from './tracing/tracing.js';

/** Longer than any call or handler takes; a process that hangs on its way out is ended. */
const SHUTDOWN_TIMEOUT_MS = 20_000;

/** Services start side by side: how long one keeps its HTTP door shut for those that it calls. */
const PEERS_TIMEOUT_MS = 3_000;

export interface ServiceDescription<Shape extends z.ZodRawShape> {
  name: string;
  /** The settings of this service beside the common ones. */
  settings: Shape;
  module: (config: ServiceConfig<Shape>) => DynamicModule;
  httpPort: (config: ServiceConfig<Shape>) => number;
  grpc: { contract: GrpcServiceContract<unknown>; port: (config: ServiceConfig<Shape>) => number };
  /** Set where the service has a REST door for people: who may come in, and how OpenAPI at /docs begins. */
  api?: ApiIntroduction & { access: (config: ServiceConfig<Shape>) => RestConfig };
  /** Pages for people, at `/` and `/shop/`. */
  pages?: (config: ServiceConfig<Shape>) => Pages;
}

export type ServiceConfig<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<typeof commonSettings & Shape>>;

/** Starts a service: reads its settings, opens its doors, and closes them in order on SIGTERM or SIGINT. */
export async function bootService<Shape extends z.ZodRawShape>(service: ServiceDescription<Shape>): Promise<void> {
  const shape = { ...commonSettings, ...service.settings };
  const config = readConfig(service.name, shape) as ServiceConfig<Shape>;
  const common = config as CommonConfig;
  const { BIND_HOST: host } = common;
  const isProduction = common.NODE_ENV === 'production';
  configureLogging(service.name, common.LOG_LEVEL, common.LOG_FORMAT);
  allowFaults(!isProduction);
  configureTimeline(common.ORDER_TIMELINE === 'on');
  const log = new Log('boot');
  log.info('starting', { config: maskedConfig(shape, config) });
  const stopTracing = await startTracing(service.name, common);
  showProcessMetrics();

  const access = service.api?.access(config);
  const door = access && new RestDoor(access);
  const adapter = httpAdapter(door, common.METRICS_TOKEN);
  const app = await NestFactory.create<NestFastifyApplication>(service.module(config), adapter, {
    bodyParser: false, // the adapter has its own
    logger: new NestLog(),
    abortOnError: false,
  });
  useHttpConventions(app, access?.API_DOCS === 'on' ? service.api : undefined);
  if (service.pages) servePages(app.getHttpAdapter().getInstance(), service.pages(config));
  await app.init();
  const grpc = new GrpcServer(app, service.grpc.contract, app.get(Peers), {
    alsoServes: isProduction ? [timelineService] : [timelineService, faultService],
    reflection: !isProduction,
  });
  await grpc.listen(`${host}:${service.grpc.port(config)}`);
  if (!(await app.get(GrpcClientFactory).waitUntilConnected(PEERS_TIMEOUT_MS)))
    log.warn('a service that this one calls is away');
  await app.listen(service.httpPort(config), host);
  grpc.startServing();
  log.info('started', { http: service.httpPort(config), grpc: service.grpc.port(config) });

  const stop = async (signal: string): Promise<void> => {
    log.info('stopping', { signal });
    setTimeout(() => {
      log.error('did not stop in time');
      process.exit(1);
    }, SHUTDOWN_TIMEOUT_MS).unref();
    app.get(Health).startDraining();
    await grpc.close();
    await app.close();
    await stopTracing();
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
}

function readConfig(name: string, shape: z.ZodRawShape): object {
  try {
    return loadConfig(shape);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`${name} cannot start, these settings are wrong:\n${error.message}`);
    return process.exit(1);
  }
}

/** A failure to start, or one that nobody caught, ends the process with one line; its supervisor starts it again. */
export function run(main: () => Promise<void>): void {
  const log = new Log('boot');
  const fail = (error: unknown): void => {
    log.error('fatal', error);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  main().catch(fail);
}
