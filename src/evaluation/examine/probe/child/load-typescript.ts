import { existsSync, readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Lets this thread load a project's modules the way its tools do: a relative import may leave out its ending or name the `.js` that a
 * `.ts` becomes, and TypeScript is stripped of its types, enums and their like translated.
 */
export function loadLikeTools(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const found = /^\.{1,2}(\/|$)/.test(specifier) ? nearby(specifier, context.parentURL) : undefined;
        if (found === undefined) throw error;
        return next(pathToFileURL(found).href, context);
      }
    },
    load(url, context, next) {
      if (!/^file:.*(?<!\.d)\.[cm]?ts$/.test(url) || url.includes('/node_modules/')) return next(url, context);
      const path = fileURLToPath(url);
      const source = readFileSync(path, 'utf8');
      return { format: formatOf(path, source, context.format), source: withoutTypes(source), shortCircuit: true };
    },
  });
}

function nearby(specifier: string, parent: string | undefined): string | undefined {
  if (parent === undefined) return undefined;
  const path = fileURLToPath(new URL(specifier, parent));
  const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'];
  return [path.replace(/\.([cm]?)js$/, '.$1ts'), ...endings.map((ending) => path + ending)].find(
    (candidate) => candidate !== path && existsSync(candidate),
  );
}

function formatOf(path: string, source: string, known: string | null | undefined): 'module' | 'commonjs' {
  if (path.endsWith('.mts')) return 'module';
  if (path.endsWith('.cts')) return 'commonjs';
  if (known?.startsWith('module') === true) return 'module';
  return /^\s*(?:import\b(?!\s*[.(])|export\b)/m.test(source) ? 'module' : 'commonjs';
}

function withoutTypes(source: string): string {
  try {
    return stripTypeScriptTypes(source, { mode: 'strip' });
  } catch {
    return stripTypeScriptTypes(source, { mode: 'transform' });
  }
}
