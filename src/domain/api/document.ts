import { z } from 'zod';
import type { ApiOperation } from './operation.ts';
import { apiRoot } from './operation.ts';
import { problemSchema } from './problem.ts';

/** A JSON schema of draft 2020-12, which is what OpenAPI 3.1 takes. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface DocumentedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** What a caller must be allowed at least. */
  readonly 'x-scope': string;
  readonly parameters: readonly (DocumentedParameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content } | { readonly $ref: string }>>;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/** What is served as `openapi.json`. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

/** Describes operations by what they are served with. Schemas that have an `id` among their metadata become components. */
export function openApiDocument(operations: readonly ApiOperation[]): OpenApiDocument {
  const schemas: Record<string, JsonSchema> = {};
  const problem = named(problemSchema, 'output', schemas);
  const paths: Record<string, Record<string, DocumentedOperation>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: documented(operation, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Miyabi',
      version: '1',
      description: 'Runs that carry issues to verified changes: what they ask of people, and how they are steered.',
    },
    servers: [{ url: apiRoot }],
    security: [{ token: [] }, { browser: [] }],
    tags: [...new Set(operations.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      parameters: { idempotencyKey },
      responses: { problem: { description: 'It was refused.', content: { 'application/problem+json': { schema: problem } } } },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Made by `miyabi token create <name>`.' },
        browser: { type: 'apiKey', in: 'cookie', name: 'miyabi_session', description: 'Of a browser that has followed a sign-in link.' },
      },
    },
  };
}

const idempotencyKey: DocumentedParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'New with each change. Asked for again with the same one, the change is not made again, and answered as it was.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

function documented(operation: ApiOperation, schemas: Record<string, JsonSchema>): DocumentedOperation {
  const { id, summary, description, group, scope, method, params, query, body, answer, status, streams = false } = operation;
  const isChange = method !== 'get';
  return {
    operationId: id,
    summary,
    description,
    tags: [group],
    'x-scope': scope,
    parameters: [
      ...parametersOf(params, 'path', schemas),
      ...parametersOf(query, 'query', schemas),
      ...(isChange ? [{ $ref: '#/components/parameters/idempotencyKey' }] : []),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true as const, content: { 'application/json': { schema: named(body, 'input', schemas) } } } }),
    responses: {
      [String(status)]: {
        description: summary,
        content: { [streams ? 'text/event-stream' : 'application/json']: { schema: named(answer, 'output', schemas) } },
      },
      default: { $ref: '#/components/responses/problem' },
    },
  };
}

function parametersOf(object: z.ZodObject, where: 'path' | 'query', schemas: Record<string, JsonSchema>): readonly DocumentedParameter[] {
  return Object.entries(object.shape).map(([name, field]) => {
    const { description, ...schema } = named(field as z.ZodType, 'input', schemas);
    const required = where === 'path' || !(field as z.ZodType).safeParse(undefined).success;
    return { name, in: where, required, ...(typeof description === 'string' ? { description } : {}), schema };
  });
}

/** An answer may have more in it tomorrow. */
function mayGrow({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

/** What has a name is put among `schemas`, and referred to. */
function named(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, JsonSchema>): JsonSchema {
  const {
    $schema: _,
    $defs = {},
    ...whole
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: io === 'output' ? mayGrow : () => undefined });
  const referring = JSON.parse(JSON.stringify({ whole, $defs }).replaceAll('"#/$defs/', '"#/components/schemas/')) as {
    readonly whole: JsonSchema;
    readonly $defs: Record<string, JsonSchema>;
  };
  for (const [id, { id: _id, ...rest }] of Object.entries(referring.$defs)) schemas[id] = rest;
  const { id, ...rest } = referring.whole;
  if (typeof id !== 'string') return rest;
  schemas[id] = rest;
  return { $ref: `#/components/schemas/${id}` };
}
