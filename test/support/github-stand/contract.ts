import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { usedDescription } from './description.ts';
import type { Content, Described } from './description.ts';
import { deviations } from './deviations.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
  readonly request: object | undefined;
  readonly answers: Readonly<Record<string, object | undefined>>;
}

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

let loaded: Contract | undefined;

/** Loaded once in a process; what is described is compiled when it is first seen. */
export function githubContract(): Contract {
  loaded ??= load();
  return loaded;
}

function load(): Contract {
  const described = usedDescription();
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, inlineRefs: false });
  ajv.addSchema({ $id: 'github', components: described.components });
  const operations = operationsOf(described);
  const compiled = new Map<object, ValidateFunction>();
  const check = (schema: object, value: unknown): readonly string[] => {
    let validate = compiled.get(schema);
    if (validate === undefined) {
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
