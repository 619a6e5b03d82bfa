import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { ServiceConfig, ServiceDescription } from '../boot.js';
import { commonSettings, loadConfig } from '../config.js';
import { httpAdapter, useHttpConventions } from '../http/http-server.js';
import { documentOf } from './document.js';

/** Nobody connects to it. */
const NO_DATABASE = 'mysql://nobody:nothing@127.0.0.1:1/none';

export interface DescribedService {
  document: OpenAPIObject;
  /** Method and path of what the document describes, `GET /order/{orderId}`, sorted. */
  operations: string[];
  /** The same of what the service answers. */
  routes: string[];
}

/** What a service says over HTTP, from its code alone: nothing of it is started, so it takes no database and no broker. */
export async function describeService<Shape extends z.ZodRawShape>(
  service: ServiceDescription<Shape>,
): Promise<DescribedService> {
  if (!service.api) throw new Error(`${service.name} has no REST door`);
  const config = loadConfig({ ...commonSettings, ...service.settings }, { DATABASE_URL: NO_DATABASE });
  const adapter = httpAdapter();
  const routes: string[] = [];
  (adapter.getInstance() as FastifyInstance).addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') routes.push(`${String(method)} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    service.module(config as ServiceConfig<Shape>),
    adapter,
    {
      preview: true,
      bodyParser: false,
      logger: false,
      abortOnError: false,
    },
  );
  useHttpConventions(app);
  await app.init();
  const document = documentOf(app, service.api);
  await app.close();
  return { document, operations: operationsOf(document).sort(), routes: routes.sort() };
}

function operationsOf({ paths }: OpenAPIObject): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}
