import type { DocumentedOperation, DocumentedParameter, JsonSchema, OpenApiDocument } from '../../../../src/domain/api/document.ts';

export type { JsonSchema } from '../../../../src/domain/api/document.ts';
export type Document = Pick<OpenApiDocument, 'paths' | 'tags' | 'components'>;

/** An operation as it is read by people. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under the root of the API, such as `/runs/{run}`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly scope: string;
  readonly group: string;
  readonly parameters: readonly DocumentedParameter[];
  readonly body: JsonSchema | undefined;
  readonly answer: JsonSchema | undefined;
  readonly status: string;
  /** It answers with one event after the other. */
  readonly isStream: boolean;
}

/** Every operation, in the order of the document. */
export function operationsOf(document: Document): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(document, path, method, operation)),
  );
}

function operationOf(document: Document, path: string, method: string, operation: DocumentedOperation): Operation {
  const { operationId, summary, description, tags, parameters, requestBody, responses, 'x-scope': scope } = operation;
  const status = Object.keys(responses).find((each) => each.startsWith('2')) ?? '200';
  const response = responses[status];
  const content = response !== undefined && 'content' in response ? response.content : {};
  const isStream = 'text/event-stream' in content;
  return {
    id: operationId,
    method: method.toUpperCase() as Operation['method'],
    path,
    summary,
    description,
    scope,
    group: tags[0] ?? '',
    parameters: parameters.map((parameter) =>
      '$ref' in parameter ? (resolved(document, parameter.$ref) as unknown as DocumentedParameter) : parameter,
    ),
    body: requestBody?.content['application/json']?.schema,
    answer: content[isStream ? 'text/event-stream' : 'application/json']?.schema,
    status,
    isStream,
  };
}

/** What `#/components/...` stands for. @throws Error where the document does not have it. */
export function resolved(document: Document, reference: string): JsonSchema {
  let at: unknown = document;
  for (const name of reference.replace(/^#\//, '').split('/')) at = (at as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (typeof at !== 'object' || at === null) throw new Error(`The document has no ${reference}.`);
  return at as JsonSchema;
}

/** Those that have all of these words in what is said of them, by group in the order of the document. */
export function groupsOf(
  document: Document,
  operations: readonly Operation[],
  text: string,
): ReadonlyArray<readonly [string, readonly Operation[]]> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const meant = operations.filter(({ id, path, summary, description, method }) => {
    const said = `${id} ${method} ${path} ${summary} ${description}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
  return document.tags.flatMap(({ name }) => {
    const group = meant.filter((each) => each.group === name);
    return group.length === 0 ? [] : [[name, group] as const];
  });
}
