import { posix } from 'node:path';
import type { Change } from '../../domain/change.ts';

const endings = ['', '.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx', '.json', '/index.js', '/index.ts', '/index.mjs'];

/** Where files of the base lie after a change, by where they lay. */
export function movesOf(change: Change): ReadonlyMap<string, string> {
  return new Map(
    change.files.flatMap(({ from, path, status }) => (from !== undefined && status === 'renamed' ? [[from, path] as const] : [])),
  );
}

const fromWhere = /\b(import|export)\s{1,9}(?:type\s{1,9})?([\w$\s{},*]{1,2000}?)\s{1,9}from\s{0,9}(["'])([^"'\n]{1,300})\3/g;
const required =
  /\b(?:const|let|var)\s{1,9}([\w$]{1,200}|\{[\w$\s,:]{1,2000}\})\s{0,9}=\s{0,9}(?:await\s{1,9}import|require)\s{0,9}\(\s{0,9}(["'])([^"'\n]{1,300})\2/g;
const python = /^[ \t]*from\s+([.\w]{1,300})\s+import\s+(\([^)]{1,2000}\)|[^\n#]{1,500})/gm;

/** Each name that a file takes from elsewhere, with all the places that it is taken from. */
function broughtIn(text: string, path: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (names: string, source: string): void => {
    for (const part of names.replace(/[{}()]/g, ' ').split(',')) {
      const name = part
        .trim()
        .split(/\s+as\s+|\s*:\s*/)
        .at(-1)
        ?.replace(/^\*\s*|^type\s+/, '')
        .trim();
      if (name !== undefined && name !== '') found.set(name, (found.get(name) ?? new Set()).add(source));
    }
  };
  if (path.endsWith('.py')) for (const [, source = '', names = ''] of text.matchAll(python)) add(names, source);
  else {
    for (const [, , names = '', , source = ''] of text.matchAll(fromWhere)) add(names, source);
    for (const [, names = '', , source = ''] of text.matchAll(required)) add(names, source);
  }
  return found;
}

/** The same thing under two names: `node:` before a module of Node, and the strict form of `assert`. */
function known(source: string): string {
  return source.replace(/^node:/, '').replace(/^assert\/strict$/, 'assert');
}

interface ImportRequest {
  readonly before: { readonly path: string; readonly text: string };
  readonly after: { readonly path: string; readonly text: string };
  readonly moves: ReadonlyMap<string, string>;
  /** A file after the change. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/**
 * The first name that a test took from one place and now takes from another, though it is still to be had there: the test would look at
 * something else. A name follows a file that moved, and goes to another file when it is no longer in the one it was in.
 */
export async function replacedImport({ before, after, moves, read }: ImportRequest): Promise<string | undefined> {
  const then = broughtIn(before.text, before.path);
  const now = broughtIn(after.text, after.path);
  for (const [name, sources] of now) {
    const old = then.get(name);
    if (old === undefined) continue;
    const oldTargets = [...old].flatMap((source) => targetsOf(source, before.path));
    const wanted = new Set(oldTargets.flatMap((target) => [target, moves.get(target) ?? target]));
    for (const source of sources) {
      if (old.has(source) && before.path === after.path) continue;
      const targets = targetsOf(source, after.path);
      if (targets.some((target) => wanted.has(target))) continue;
      if (targets.length === 0 && [...old].some((one) => known(one) === known(source))) continue;
      if (oldTargets.length === 0 || targets.length === 0 || (await isStillThere(name, oldTargets, moves, read))) return name;
    }
  }
  return undefined;
}

async function isStillThere(
  name: string,
  targets: readonly string[],
  moves: ReadonlyMap<string, string>,
  read: ImportRequest['read'],
): Promise<boolean> {
  const texts = await Promise.all([...new Set(targets.flatMap((target) => [target, moves.get(target) ?? target]))].map(read));
  return texts.some((text) => text !== undefined && new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])`).test(text));
}

/** Paths that a local module may have; none for a package. */
function targetsOf(source: string, path: string): string[] {
  const folder = posix.dirname(path);
  if (path.endsWith('.py')) {
    const dots = /^\.*/.exec(source)?.[0].length ?? 0;
    const up = dots === 0 ? ['.', 'src', folder] : [posix.join(folder, ...Array.from({ length: dots - 1 }, () => '..'))];
    const inner = source.slice(dots).replaceAll('.', '/');
    return up.flatMap((start) => [posix.join(start, `${inner}.py`), posix.join(start, inner, '__init__.py')]);
  }
  if (!source.startsWith('.')) return [];
  const target = posix.join(folder, source);
  return [...endings.map((ending) => target + ending), target.replace(/\.(c|m)?js$/, '.$1ts')];
}

/**
 * A test of the base with the paths of files that the change moved put right, so that it can still be run.
 *
 * @returns undefined where it takes nothing from such files.
 */
export function followMoves(text: string, path: string, moves: ReadonlyMap<string, string>): string | undefined {
  if (moves.size === 0) return undefined;
  const moved = (source: string): string | undefined =>
    targetsOf(source, path)
      .map((target) => moves.get(target))
      .find((to) => to !== undefined);
  const next = path.endsWith('.py')
    ? text.replace(/^([ \t]*(?:from|import)\s+)([.\w]+)/gm, (whole, start: string, source: string) => {
        const to = moved(source);
        return to === undefined
          ? whole
          : start +
              to
                .replace(/^src\//, '')
                .replace(/(?:\/__init__)?\.py$/, '')
                .replaceAll('/', '.');
      })
    : text.replace(
        /(\b(?:from|import|require|mock|doMock)\s*\(?\s*)(["'])(\.{1,2}\/[^"'\n]+)\2/g,
        (whole, start: string, quote: string, source: string) => {
          const to = moved(source);
          if (to === undefined) return whole;
          const relative = posix.relative(posix.dirname(path), to);
          const shown = /\.\w+$/.test(source) ? relative : relative.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '');
          return `${start}${quote}${shown.startsWith('.') ? shown : `./${shown}`}${quote}`;
        },
      );
  return next === text ? undefined : next;
}
