import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { ShopCode } from '@trade/contracts';
import { NOTES, type ApiExamples } from './decorators.js';
import { addExamples } from './examples.js';
import { PROBLEM_SCHEMA, problemExamples, refusalsOf, responsesOf, type OperationNotes } from './refusals.js';

const DOCS_PATH = 'docs';

/** How a service introduces its API. */
export interface ApiIntroduction {
  title: string;
  description: string;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  [NOTES.open]?: OperationNotes['open'];
  [NOTES.shopCodes]?: ShopCode[];
  [NOTES.examples]?: ApiExamples;
};

/** The API of an application's controllers, in OpenAPI 3.1. */
export function documentOf(app: INestApplication, { title, description }: ApiIntroduction): OpenAPIObject {
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(description)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'not needed in development' })
    .addSecurityRequirements('bearer')
    .build();
  const operationIdFactory = (controller: string, method: string): string =>
    lowerFirst(controller.replace(/Controller$/, '')) + upperFirst(method);
  return complete(SwaggerModule.createDocument(app, head, { operationIdFactory }));
}

/** OpenAPI at /docs and /docs/openapi.json; the document is made when somebody asks for it. */
export function serveDocs(app: INestApplication, introduction: ApiIntroduction): void {
  SwaggerModule.setup(DOCS_PATH, app, () => documentOf(app, introduction), {
    jsonDocumentUrl: `${DOCS_PATH}/openapi.json`,
    raw: ['json'],
    customSiteTitle: introduction.title,
  });
}

/** Adds what follows from the rest: refusals with their codes, who may come in, requests to try and their answers. */
function complete({ servers: _none, ...document }: OpenAPIObject): OpenAPIObject {
  const seen = new Set<ShopCode>();
  for (const operation of operationsOf(document)) {
    const { [NOTES.open]: open, [NOTES.shopCodes]: shopCodes = [], [NOTES.examples]: requests } = operation;
    for (const note of Object.values(NOTES)) delete operation[note];
    if (open) operation.security = [];
    const refusals = refusalsOf(operation, { open, shopCodes });
    refusals.forEach((code) => seen.add(code));
    operation.responses = { ...responsesOf(refusals), ...operation.responses };
    addExamples(operation, requests, document);
  }
  const { schemas, ...components } = document.components ?? {};
  document.components = {
    ...components,
    schemas: { ...schemas, Problem: PROBLEM_SCHEMA },
    examples: problemExamples(seen),
  };
  return document;
}

function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.values(paths).flatMap((item) => Object.values(item) as Operation[]);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
