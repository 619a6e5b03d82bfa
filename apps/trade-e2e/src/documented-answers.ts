import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

interface Media {
  schema: object;
  examples?: Record<string, { value?: unknown; $ref?: string }>;
}

interface Operation {
  responses: Record<string, { content?: Record<string, Media> }>;
}

export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; examples: Record<string, { value: unknown }> };
}

/** An answer that the document shows. */
export interface ShownAnswer {
  of: string;
  method: string;
  path: string;
  status: number;
  contentType: string;
  body: unknown;
}

/** Compares answers with what an OpenAPI document says of them; a field that it does not name is wrong, too. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<object, ValidateFunction>();

  constructor(private readonly document: OpenApiDocument) {
    ajvFormats.default(this.ajv);
    this.ajv.addFormat('int64', /^[1-9]\d{0,18}$/);
    this.ajv.addFormat('decimal', /^\d+\.\d{2}$/);
  }

  /** @returns what is wrong; nothing when the answer is as described */
  problems(method: string, path: string, answer: { status: number; contentType: string; body: unknown }): string[] {
    const operation = this.operation(method, path);
    if (!operation) return [`${method} ${path} is not described`];
    const type = answer.contentType.split(';')[0]!;
    const media = operation.responses[answer.status]?.content?.[type];
    if (!media) return [`${method} ${path} is not said to answer ${answer.status} with ${type}`];
    const validate = this.validatorOf(media.schema);
    if (validate(answer.body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  }

  /** Every answer that the document shows as an example. */
  shown(): ShownAnswer[] {
    return Object.entries(this.document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses).flatMap(([status, { content = {} }]) =>
          Object.entries(content).flatMap(([contentType, { examples = {} }]) =>
            Object.entries(examples).map(([name, { value, $ref }]) => ({
              of: `${method.toUpperCase()} ${path} ${status} ${name}`,
              method: method.toUpperCase(),
              path,
              status: Number(status),
              contentType,
              body: $ref ? this.document.components.examples[$ref.split('/').at(-1)!]?.value : value,
            })),
          ),
        ),
      ),
    );
  }

  private operation(method: string, path: string): Operation | undefined {
    const { paths } = this.document;
    const described = Object.keys(paths).sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
    const fits = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
    const found = described.find(
      (template) => template === path || (fits(template) && paths[template]![method.toLowerCase()]),
    );
    return found === undefined ? undefined : paths[found]![method.toLowerCase()];
  }

  private validatorOf(schema: object): ValidateFunction {
    let validator = this.validators.get(schema);
    if (!validator) {
      const components = closed(this.document.components) as object;
      validator = this.ajv.compile({ ...(closed(schema) as object), components });
      this.validators.set(schema, validator);
    }
    return validator;
  }
}

/** The same schema, which takes no fields but those that it names. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isObject = 'properties' in copy && !('allOf' in copy);
  return isObject ? { additionalProperties: false, ...copy } : copy;
}
