import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { deviations } from './deviations.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
  readonly request: object | undefined;
  readonly answers: Readonly<Record<string, object | undefined>>;
}

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: object;
}

interface RawOperation {
  readonly requestBody?: { readonly content?: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema?: object }>>;

/** An exchange as it was seen between our client and the stand. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** GitHub's own description of its API, asked about single exchanges. */
export interface Contract {
  /** @returns what is not as GitHub describes it, a sentence each. */
  violations(exchange: Exchange): readonly string[];
}

const require = createRequire(import.meta.url);
let loaded: Contract | undefined;

/** Loaded once in a process, which takes a third of a second; what is described is compiled when it is first seen. */
export function githubContract(): Contract {
  loaded ??= load();
  return loaded;
}

function load(): Contract {
  const file = require.resolve('@octokit/openapi/generated/api.github.com.json');
  const described = JSON.parse(readFileSync(file, 'utf8')) as Described;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, inlineRefs: false });
  rewriteNullable(described.components);
  ajv.addSchema({ $id: 'github', components: described.components });
  const operations = operationsOf(described);
  const compiled = new Map<object, ValidateFunction>();
  const check = (schema: object, value: unknown): readonly string[] => {
    let validate = compiled.get(schema);
    if (validate === undefined) {
      rewriteNullable(schema);
      validate = ajv.compile(absolute(schema) as object);
      compiled.set(schema, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
  };
  return {
    violations({ method, path, body, status, answer }) {
      const operation = operations.find((candidate) => candidate.method === method && candidate.pattern.test(path));
      if (operation === undefined) return [`${method} ${path} is described nowhere`];
      const name = `${method} ${operation.path}`;
      const found: string[] = [];
      if (operation.request !== undefined && body !== undefined)
        found.push(...check(operation.request, body).map((text) => `${name} request: ${text}`));
      const schema = operation.answers[String(status)];
      if (!(String(status) in operation.answers)) found.push(`${name} answers ${status}, which is not described`);
      else if (schema !== undefined) found.push(...check(schema, answer).map((text) => `${name} ${status}: ${text}`));
      return found.filter((text) => !deviations.some(({ about }) => about.test(text)));
    },
  };
}

/** More exact paths come first: `/issues/comments` before `/issues/{issue_number}`. */
function operationsOf({ paths, components }: Described): readonly Operation[] {
  const responses = (components as { readonly responses: Readonly<Record<string, { readonly content?: Content }>> }).responses;
  const ordered = Object.keys(paths).sort((left, right) => count(left) - count(right) || right.length - left.length);
  return ordered.flatMap((path) =>
    Object.entries(paths[path] ?? {}).map(([method, raw]) => ({
      method: method.toUpperCase(),
      path,
      pattern: patternOf(path),
      request: raw.requestBody?.content?.['application/json']?.schema,
      answers: Object.fromEntries(
        Object.entries(raw.responses ?? {}).map(([status, response]) => {
          const { content } = response.$ref === undefined ? response : (responses[response.$ref.split('/').at(-1) ?? ''] ?? {});
          return [status, content?.['application/json']?.schema];
        }),
      ),
    })),
  );
}

function count(path: string): number {
  return path.split('{').length;
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  // A ref and a path may hold slashes.
  return new RegExp(`^${escaped.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'ref' || name === 'path' ? '.+' : '[^/]+'))}$`);
}

/** OpenAPI 3.0 says `nullable`, JSON schema does not. Rewritten in place, each object once. */
function rewriteNullable(node: unknown, seen = new Set<object>()): void {
  if (typeof node !== 'object' || node === null || seen.has(node)) return;
  seen.add(node);
  const schema = node as Record<string, unknown>;
  for (const value of Object.values(schema)) rewriteNullable(value, seen);
  if (schema['nullable'] !== true) return;
  delete schema['nullable'];
  const inner = { ...schema };
  for (const key of Object.keys(schema)) delete schema[key];
  schema['anyOf'] = [{ type: 'null' }, inner];
}

/** What a single schema refers to lies in the components. */
function absolute(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(absolute);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? value.replace(/^#/, 'github#') : absolute(value),
    ]),
  );
}
