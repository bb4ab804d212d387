import type { DocumentedOperation, DocumentedParameter, JsonSchema, OpenApiDocument } from '../../src/domain/api/document.ts';

/** The reference of the API as Markdown, from its document. */
export function apiReference(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const groups = document.tags.map(({ name }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return [`## ${name}`, ...own.map(({ method, path, operation }) => section(method, path, operation))].join('\n\n');
  });
  const schemas = Object.entries(document.components['schemas'] as Readonly<Record<string, JsonSchema>>);
  const shapes = schemas.map(([name, schema]) => `### ${name}\n\n${json(schema)}`);
  return [head, ...groups, '## Shapes', ...shapes].join('\n\n').concat('\n');
}

const head = `# Reference of the HTTP API

Made from [the document](schemas/openapi.json) by \`node scripts/schemas.mjs\`; a service answers the same at \`/api/v1/openapi.json\`. How to be let in, what errors
look like, and what a key against doing something twice is: [the HTTP API](api.md).`;

function section(method: string, path: string, operation: DocumentedOperation): string {
  const parameters = operation.parameters.filter((parameter): parameter is DocumentedParameter => !('$ref' in parameter));
  const body = operation.requestBody?.content['application/json']?.schema;
  const [[status, success] = []] = Object.entries(operation.responses).filter(([each]) => each !== 'default');
  const answer = success !== undefined && 'content' in success ? Object.values(success.content)[0]?.schema : undefined;
  return [
    `### ${operation.summary}`,
    `\`${method.toUpperCase()} /api/v1${path}\`, for whoever may \`${operation['x-scope']}\`. ${operation.description}`,
    ...(parameters.length === 0 ? [] : [parameters.map(item).join('\n')]),
    ...(body === undefined ? [] : [`What is sent:\n\n${json(body)}`]),
    ...(answer === undefined ? [] : [`What is answered (${status}):\n\n${json(answer)}`]),
  ].join('\n\n');
}

function item({ name, in: where, required, description = '', schema }: DocumentedParameter): string {
  return `- \`${name}\` (${where}${required ? '' : ', may be left out'}): ${description} \`${JSON.stringify(schema)}\``;
}

/** Fenced as what no formatter has an opinion of. */
function json(schema: JsonSchema): string {
  const shown = typeof schema['$ref'] === 'string' ? `[${schema['$ref'].split('/').at(-1)}]` : undefined;
  if (shown !== undefined) return `${shown}(#${shown.slice(1, -1).toLowerCase()})`;
  return `\`\`\`text\n${JSON.stringify(schema, undefined, 2)}\n\`\`\``;
}
