import type { Change } from '../domain/change.ts';
import { isCode, isTestFile } from './integrity/files.ts';

/** Public symbols that a change added, and how many of them are documented. */
export interface DocumentationEvidence {
  readonly added: number;
  readonly documented: number;
  /** `file: symbol` of those without one. */
  readonly missing: readonly string[];
}

/**
 * Looks at the public symbols that are new in a change: what JavaScript and TypeScript export, and what is public in Python, Go, Rust and
 * Java as `publicSymbols` reads it. Files of tests have none.
 *
 * @param request.before, request.after the text of a file at the two commits; undefined when there is no regular file.
 */
export async function documentationOf(request: {
  readonly change: Change;
  readonly before: (path: string) => Promise<string | undefined>;
  readonly after: (path: string) => Promise<string | undefined>;
}): Promise<DocumentationEvidence> {
  const files = request.change.files.filter(({ path, status }) => status !== 'deleted' && isCode(path) && !isTestFile(path));
  if (files.length === 0) return { added: 0, documented: 0, missing: [] };
  // Parsing JavaScript takes a large library: loaded only for a change of source files.
  const [{ exportsOf }, { publicSymbols }] = await Promise.all([import('./source/exports.ts'), import('./source/public-symbols.ts')]);
  const symbolsOf = (text: string, path: string): ReadonlyMap<string, boolean> | undefined =>
    exportsOf(text, path) ?? publicSymbols(text, path);
  const symbols = await Promise.all(
    files.map(async ({ path, from, status }) => {
      const text = await request.after(path);
      const old = status === 'added' ? undefined : await request.before(from ?? path);
      const then = old === undefined ? undefined : symbolsOf(old, from ?? path);
      const now = text === undefined ? undefined : symbolsOf(text, path);
      return [...(now ?? [])]
        .filter(([name]) => then?.has(name) !== true)
        .map(([name, documented]) => ({ name: `${path}: ${name}`, documented }));
    }),
  );
  const added = symbols.flat();
  const missing = added.filter(({ documented }) => !documented).map(({ name }) => name);
  return { added: added.length, documented: added.length - missing.length, missing };
}
