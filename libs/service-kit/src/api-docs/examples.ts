import type { OpenAPIObject } from '@nestjs/swagger';
import { isShopCode } from '@trade/contracts';
import type { ApiExample, ApiExamples } from './decorators.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const DEFAULT_NAME = 'example';

/** Puts the requests into the operation's parameters and body, and what is answered to them beside its answer's schema. */
export function addExamples(operation: Operation, requests: ApiExamples | undefined, document: OpenAPIObject): void {
  const read = new Examples(document);
  const { parameters = [], requestBody } = operation;
  const body = requestBody && 'content' in requestBody ? requestBody.content['application/json'] : undefined;
  const examples = Object.entries(requests ?? { [DEFAULT_NAME]: {} });

  for (const parameter of parameters) {
    if (!('name' in parameter)) continue;
    const { schema } = parameter;
    const own: unknown = schema && 'example' in schema ? schema.example : undefined;
    const values = examples.map(([name, example]) => [name, example.parameters?.[parameter.name] ?? own]);
    parameter.examples = valuesOf(values.filter(([, value]) => value !== undefined));
  }
  if (body)
    body.examples = valuesOf(examples.map(([name, { body: sent }]) => [name, sent ?? read.ofSchema(body.schema)]));

  const answer = operation.responses['200'];
  const content = answer && 'content' in answer ? answer.content?.['application/json'] : undefined;
  const answered = examples.filter(([name]) => !isShopCode(name));
  if (content)
    content.examples = valuesOf(answered.map(([name, example]) => [name, read.answer(content.schema, example)]));
}

function valuesOf(values: unknown[][]): Record<string, { value: unknown }> {
  return Object.fromEntries(values.map(([name, value]) => [name, { value }]));
}

/** Examples of schemas, from the examples of what they are made of. */
class Examples {
  constructor(private readonly document: OpenAPIObject) {}

  /** The answer's body: where it has an envelope, `data` is its schema's example with the differences of this request. */
  answer(schema: Schema | undefined, { data }: ApiExample): unknown {
    const body = this.ofSchema(schema) as { data?: object };
    return data === undefined || Array.isArray(body.data) ? body : { ...body, data: { ...body.data, ...data } };
  }

  /** What the schema's fields say of themselves; something of the right type where they say nothing. */
  ofSchema(schema: Schema | undefined): unknown {
    if (schema === undefined) return undefined;
    if ('$ref' in schema) return this.ofSchema(this.document.components?.schemas?.[schema.$ref.split('/').at(-1)!]);
    if (schema.example !== undefined) return schema.example;
    if (schema.enum) return schema.enum[0];
    if (schema.properties) {
      const fields = Object.entries(schema.properties).map(([name, field]) => [name, this.ofSchema(field)] as const);
      return Object.fromEntries(fields);
    }
    const types = [schema.type].flat();
    if (types.includes('null')) return null;
    if (types.includes('array')) return [this.ofSchema(schema.items)];
    if (types.includes('object')) return {};
    if (types.includes('boolean')) return false;
    return types.includes('string') ? 'text' : (schema.minimum ?? 0);
  }
}
