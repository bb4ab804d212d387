import { existsSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks, stripTypeScriptTypes } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where virtual modules of ours seem to lie; nothing exists there. */
const shimFolder = 'file:///miyabi-virtual/';

/** What the module hooks serve and saw. */
export interface ModuleStage {
  /** Begins a generation: every module of the project is loaded anew, with these texts instead of the files'. */
  begin(overrides: readonly (readonly [string, string])[]): void;
  /** Files of the project that this generation loaded. */
  loaded(): string[];
  /** Why what was loaded cannot be served faithfully, when it cannot. */
  unsupported(): string | undefined;
  /** The address under which a file of this generation is imported. */
  address(path: string): string;
}

/** Calls whose meaning lies in the framework's own loader or files: such tests need their own runner. */
const beyondUs =
  /\b(?:vi|jest)\.(?:mock|doMock|unmock|hoisted|useFakeTimers|importActual|requireActual|resetModules|isolateModules)\(|\.toMatch(?:Inline|File)?Snapshot\(|\btoThrowErrorMatching|\bmock\.(?:module|timers)\b|assert\.snapshot\(|\bimport\.meta\.(?:env|vitest|glob)\b/;

/**
 * Serves the project's modules under a generation's number, TypeScript stripped of its types, and the test
 * frameworks' modules from `frameworkSource`.
 *
 * @param frameworkSource the text of a stand-in for a module such as `node:test`, or undefined for the module itself.
 */
export function stageModules(
  directory: string,
  frameworkSource: (name: string, kind: 'module' | 'commonjs', realUrl: () => string) => string | undefined,
): ModuleStage {
  const root = directory.endsWith(sep) ? directory : directory + sep;
  const shims = new Map<string, { readonly source: string; readonly format: 'module' | 'commonjs' }>();
  const cache = createRequire(import.meta.url).cache;
  /** A file is read once in the life of a process: what a person or a check does to the folder meanwhile changes no answer. */
  const read = new Map<string, ReadFile>();
  let generation = 0;
  let overrides = new Map<string, string>();
  let loaded = new Set<string>();
  let unsupported: string | undefined;

  const isOurs = (path: string) => path.startsWith(root) && !path.slice(root.length).split(sep).includes('node_modules');

  registerHooks({
    resolve(specifier, context, next) {
      const kind = context.conditions.includes('require') ? 'commonjs' : 'module';
      if (specifier.startsWith(shimFolder)) return { url: specifier, shortCircuit: true };
      const source = frameworkSource(specifier, kind, () => next(specifier, context).url);
      if (source !== undefined) {
        const url = `${shimFolder}${encodeURIComponent(specifier)}.${kind === 'module' ? 'mjs' : 'cjs'}`;
        shims.set(url, { source, format: kind });
        return { url, format: kind, shortCircuit: true };
      }
      const found = resolveLikeBundlers(specifier, context.parentURL, () => next(specifier, context));
      if (!found.url.startsWith('file:') || !isOurs(fileURLToPath(found.url))) return found;
      return { ...found, url: `${found.url.split('?')[0]}?miyabi=${generation}` };
    },
    load(url, context, next) {
      const shim = shims.get(url);
      if (shim !== undefined) return { ...shim, shortCircuit: true };
      const path = url.startsWith('file:') ? fileURLToPath(url) : undefined;
      if (path === undefined || !isOurs(path)) return next(url, context);
      loaded.add(path);
      const override = overrides.get(path);
      const file = override === undefined ? (read.get(path) ?? readText(path, readFileSync(path, 'utf8'))) : readText(path, override);
      if (override === undefined) read.set(path, file);
      const { text, beyond } = file;
      if (beyond !== undefined) unsupported ??= `${path.slice(root.length)} ${beyond}`;
      if (path.endsWith('.json')) {
        if (context.conditions.includes('require') || context.importAttributes?.['type'] === 'json') return next(url, context);
        return { format: 'module', source: `export default ${text}`, shortCircuit: true };
      }
      if (!/\.[cm]?[jt]s$/.test(path)) return next(url, context);
      return { format: formatOf(path, text, context.format), source: file.source(), shortCircuit: true };
    },
  });

  return {
    begin(texts) {
      generation += 1;
      overrides = new Map(texts);
      loaded = new Set();
      unsupported = undefined;
      for (const path of Object.keys(cache)) if (isOurs(path)) delete cache[path];
    },
    loaded: () => [...loaded],
    unsupported: () => unsupported,
    address: (path) => `${pathToFileURL(path).href}?miyabi=${generation}`,
  };
}

/** A file's text, and what becomes of it: found out once, however often the file is loaded. */
interface ReadFile {
  readonly text: string;
  /** Why it cannot be served faithfully, when it cannot. */
  readonly beyond: string | undefined;
  /** The text without types. */
  readonly source: () => string;
}

function readText(path: string, text: string): ReadFile {
  const used = beyondUs.exec(text)?.[0].replace(/\($/, '');
  const beyond = /\.[jt]sx$/.test(path) ? 'is JSX' : used === undefined ? undefined : `uses ${used}`;
  let source: string | undefined;
  return { text, beyond, source: () => (source ??= withoutTypes(path, text)) };
}

/** A relative import may leave out its ending or name the `.js` that a `.ts` becomes, as bundlers and vitest allow. */
function resolveLikeBundlers<Found>(
  specifier: string,
  parent: string | undefined,
  next: () => Found,
): Found | { url: string; shortCircuit: true } {
  try {
    return next();
  } catch (error) {
    if (!/^\.{1,2}(\/|$)/.test(specifier) || parent === undefined) throw error;
    const path = fileURLToPath(new URL(specifier, parent));
    const written = path.replace(/\.([cm]?)js$/, '.$1ts');
    const candidates = [
      written,
      ...['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'].map((ending) => path + ending),
    ];
    const found = candidates.find((candidate) => candidate !== path && existsSync(candidate));
    if (found === undefined) throw error;
    return { url: pathToFileURL(found).href, shortCircuit: true };
  }
}

function formatOf(path: string, text: string, known: string | null | undefined): 'module' | 'commonjs' {
  if (/\.m[jt]s$/.test(path)) return 'module';
  if (/\.c[jt]s$/.test(path)) return 'commonjs';
  if (known === 'module' || known === 'module-typescript') return 'module';
  return /^\s*(?:import\b(?!\s*[.(])|export\b)/m.test(text) ? 'module' : 'commonjs';
}

/** Types blanked out where that is enough, so that offsets stay; enums and their like are translated. */
function withoutTypes(path: string, text: string): string {
  if (!/\.[cm]?ts$/.test(path)) return text;
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } catch {
    return stripTypeScriptTypes(text, { mode: 'transform' });
  }
}
