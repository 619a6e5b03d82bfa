/** What /docs/openapi.json tells about a parameter or a field. */
export interface FieldSchema {
  type?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema?: FieldSchema;
}

interface ObjectSchema {
  properties?: Record<string, FieldSchema>;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: ObjectSchema & { $ref?: string } }> };
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, ObjectSchema> };
}

/** An operation of a REST service: what may be sent to it. */
export interface RestDoor {
  method: string;
  /** With `{parameters}`. */
  path: string;
  parameters: Parameter[];
  /** The fields of its body; none when it takes no body. */
  fields: Record<string, FieldSchema> | undefined;
}

/** Every operation that the service describes. */
export async function restDoors(baseUrl: string): Promise<RestDoor[]> {
  const { paths, components } = (await (await fetch(`${baseUrl}/docs/openapi.json`)).json()) as OpenApi;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      const name = schema?.$ref?.split('/').at(-1);
      const fields = name === undefined ? schema?.properties : components?.schemas?.[name]?.properties;
      return { method: method.toUpperCase(), path, parameters, fields };
    }),
  );
}
