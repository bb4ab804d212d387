import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As much of an OpenAPI description as is looked at. */
export interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface RawOperation {
  readonly requestBody?: { readonly content?: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}

export type Content = Readonly<Record<string, { readonly schema?: object }>>;

const require = createRequire(import.meta.url);
/** What may be asked of the stand; the whole description is 13 MB and takes most of a second to load. */
const used =
  /^\/(?:app(?:\/installations.*)?|installation\/repositories|user(?:\/repos|\/\{account_id\})?|users\/\{username\}|repos\/\{owner\}\/\{repo\}(?:\/(?:issues|labels|pulls|commits|check-runs|actions\/jobs|git|statuses|collaborators|installation).*)?)$/;

/** GitHub's own description of what we use, with `nullable` as JSON schema says it; made once for each version of the package. */
export function usedDescription(): Described {
  const { version } = require('@octokit/openapi/package.json') as { readonly version: string };
  const name = `${version}-${createHash('sha256').update(used.source).digest('hex').slice(0, 8)}.json`;
  const kept = fileURLToPath(new URL(`../../../node_modules/.cache/github-description/${name}`, import.meta.url));
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as Described;
  const file = require.resolve('@octokit/openapi/generated/api.github.com.json');
  const whole = JSON.parse(readFileSync(file, 'utf8')) as Described;
  const paths = Object.fromEntries(Object.entries(whole.paths).filter(([path]) => used.test(path)));
  const reduced = { paths, components: reached(paths, whole.components) };
  rewriteNullable(reduced);
  mkdirSync(dirname(kept), { recursive: true });
  const written = `${kept}.${process.pid}`;
  writeFileSync(written, JSON.stringify(reduced));
  renameSync(written, kept);
  return reduced;
}

/** The components that something refers to, and what those refer to. */
function reached(paths: object, components: Described['components']): Described['components'] {
  const found = new Map<string, unknown>();
  const waiting: unknown[] = [paths];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const [, kind = '', name = ''] of JSON.stringify(node).matchAll(/"\$ref":"#\/components\/([\w-]+)\/([\w.-]+)"/g)) {
      if (found.has(`${kind}/${name}`)) continue;
      const component = components[kind]?.[name];
      found.set(`${kind}/${name}`, component);
      waiting.push(component);
    }
  }
  const kept: Record<string, Record<string, unknown>> = {};
  for (const [path, component] of found) {
    const [kind = '', name = ''] = path.split('/');
    (kept[kind] ??= {})[name] = component;
  }
  return kept;
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
