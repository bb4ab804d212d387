import type { Document, JsonSchema, Operation } from './document.ts';
import { resolved } from './document.ts';
import { choicesOf, isSchema, partsOf } from './schema-words.ts';

/** A call for a terminal. Whoever calls it puts their token into `MIYABI_TOKEN`. @param root such as `http://127.0.0.1:4747/api/v1`. */
export function exampleCall(document: Document, { method, path, parameters, body, isStream }: Operation, root: string): string {
  const asked = parameters.filter((each) => each.in === 'query' && each.required).map(({ name }) => `${name}=…`);
  const address = `${root}${path.replaceAll(/[{}]/g, (brace) => (brace === '{' ? '<' : '>'))}${asked.length === 0 ? '' : `?${asked.join('&')}`}`;
  return [
    `curl ${isStream ? '-N ' : ''}${method === 'GET' ? '' : `-X ${method} `}-H "authorization: Bearer $MIYABI_TOKEN"`,
    ...(method === 'GET' ? [] : ['-H "idempotency-key: $(uuidgen)"']),
    ...(body === undefined ? [] : ["-H 'content-type: application/json'", `-d '${JSON.stringify(exampleOf(document, body))}'`]),
    `'${address}'`,
  ].join(' \\\n  ');
}

/** Nothing is nested deeper in an example. */
const deepest = 6;

/** Something that a schema might let through: what is required, and of several the first. */
export function exampleOf(document: Document, schema: JsonSchema, depth = 0): unknown {
  if (depth > deepest) return {};
  const inside = (part: JsonSchema): unknown => exampleOf(document, part, depth + 1);
  if (typeof schema['$ref'] === 'string') return inside(resolved(document, schema['$ref']));
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const [first] = choicesOf(schema);
  if (first !== undefined) return inside(first);
  switch (schema['type']) {
    case 'object':
      return Object.fromEntries(
        partsOf(schema)
          .filter(({ isRequired }) => isRequired)
          .map(({ name, schema: part }) => [name, inside(part)]),
      );
    case 'array':
      return typeof schema['minItems'] === 'number' && schema['minItems'] > 0 && isSchema(schema['items']) ? [inside(schema['items'])] : [];
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1;
    case 'boolean':
      return true;
    default:
      return '…';
  }
}
