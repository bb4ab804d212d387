import { grouped } from './grouped.ts';

/** What a map is drawn from. */
export interface MapRequest {
  /** Every path of the repository, relative to its top. */
  readonly files: readonly string[];
  /** What it is about: these files and their surroundings are shown first. */
  readonly near: readonly string[];
  /** By path, the names that a source exports; of sources that were not read nothing is said. */
  readonly exports: ReadonlyMap<string, readonly string[]>;
  /** Of the text, in characters. */
  readonly most: number;
}

/** Files of one folder that are named, and folders; of more than that the rest is counted. */
const mostFilesShown = 40;
const mostFoldersShown = 60;
/** Names that are told of one source. */
const mostNames = 12;

interface Folder {
  /** From the top, with a slash at its end; empty for the top itself. */
  readonly path: string;
  readonly above: Folder | undefined;
  readonly files: string[];
  readonly folders: Map<string, Folder>;
  /** In it and below. */
  total: number;
}

/**
 * The tree of a repository as text: each folder with how many files it holds, opened as far as there is room. What lies near the files that it
 * is about is opened first, then one level after the other from the top.
 */
export function repositoryMap({ files, near, exports, most }: MapRequest): string {
  const top = treeOf(files);
  const onTheWay = near.flatMap((path) => folderChain(top, path));
  const wanted = new Set([...near, ...onTheWay.map(({ path }) => path)]);
  const head = `${count(files.length, 'file')}.\n`;
  const open = new Set([top]);
  let left = most - head.length - sizeOf(linesOf(top, { open: new Set(), wanted, exports, depth: 0 }));
  for (const folder of new Set([...onTheWay, ...levelsBelow(top)])) {
    const size = sizeOf(linesOf(folder, { open: new Set(), wanted, exports, depth: folder.path.split('/').length - 1 }));
    if (size > left || folder.above === undefined || !open.has(folder.above)) continue;
    open.add(folder);
    left -= size;
  }
  const text = `${head}${linesOf(top, { open, wanted, exports, depth: 0 }).join('\n')}\n`;
  return text.length <= most ? text : text.slice(0, text.lastIndexOf('\n', most - 1) + 1);
}

/**
 * The sources whose exports say the most: those it is about, then those beside them, then those nearest to the top.
 * @param most how many.
 */
export function sourcesNear(files: readonly string[], near: readonly string[], most: number): readonly string[] {
  const sources = files.filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/\.(?:min\.js|d\.[cm]?ts)$/.test(path));
  const wanted = new Set(near);
  const beside = new Set(near.map(folderOf));
  const rank = (path: string): number => (wanted.has(path) ? 0 : beside.has(folderOf(path)) ? 1 : 2);
  const ranked = sources.map((path) => ({ path, rank: rank(path), depth: path.split('/').length }));
  return ranked
    .toSorted((one, other) => one.rank - other.rank || one.depth - other.depth || byText(one.path, other.path))
    .slice(0, most)
    .map(({ path }) => path);
}

function treeOf(files: readonly string[]): Folder {
  const top: Folder = { path: '', above: undefined, files: [], folders: new Map(), total: 0 };
  for (const path of files) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = top;
    folder.total += 1;
    for (const part of parts) {
      const known = folder.folders.get(part);
      const inner: Folder = known ?? { path: `${folder.path}${part}/`, above: folder, files: [], folders: new Map(), total: 0 };
      folder.folders.set(part, inner);
      folder = inner;
      folder.total += 1;
    }
    folder.files.push(name);
  }
  return top;
}

/** Every folder below, level by level. */
function levelsBelow(top: Folder): readonly Folder[] {
  const levels = [...sortedFolders(top)];
  for (const folder of levels) levels.push(...sortedFolders(folder));
  return levels;
}

/** The folders that hold a file, from the top down. */
function folderChain(top: Folder, path: string): readonly Folder[] {
  const chain: Folder[] = [];
  let folder: Folder | undefined = top;
  for (const part of path.split('/').slice(0, -1)) {
    folder = folder.folders.get(part);
    if (folder === undefined) break;
    chain.push(folder);
  }
  return chain;
}

interface Drawing {
  readonly open: ReadonlySet<Folder>;
  /** Paths of files and folders that are always named. */
  readonly wanted: ReadonlySet<string>;
  readonly exports: MapRequest['exports'];
  readonly depth: number;
}

function linesOf(folder: Folder, drawing: Drawing): readonly string[] {
  const indent = '  '.repeat(drawing.depth);
  const shown = some(sortedFolders(folder), mostFoldersShown, ({ path }) => drawing.wanted.has(path));
  const hidden = folder.folders.size - shown.length;
  const folders = shown.flatMap((inner) => [
    `${indent}${nameOf(inner)}/ (${count(inner.total, 'file')})`,
    ...(drawing.open.has(inner) ? linesOf(inner, { ...drawing, depth: drawing.depth + 1 }) : []),
  ]);
  const named = some(folder.files.toSorted(byText), mostFilesShown, (name) => drawing.wanted.has(`${folder.path}${name}`));
  const rest = folder.files.length - named.length;
  return [
    ...folders,
    ...(hidden > 0 ? [`${indent}... and ${count(hidden, 'folder')} more`] : []),
    ...named.map((name) => `${indent}${readable(name)}${exported(drawing.exports.get(`${folder.path}${name}`))}`),
    ...(rest > 0 ? [`${indent}... and ${count(rest, 'file')} more`] : []),
  ];
}

/** At most so many of a list, in its order; what is wanted comes before the rest. */
function some<Value>(all: readonly Value[], most: number, isWanted: (value: Value) => boolean): readonly Value[] {
  if (all.length <= most) return all;
  const chosen = new Set([...all.filter(isWanted), ...all].slice(0, most));
  return all.filter((value) => chosen.has(value));
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function exported(names: readonly string[] | undefined): string {
  if (names === undefined || names.length === 0) return '';
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `: ${names.slice(0, mostNames).map(readable).join(', ')}${more}`;
}

function sortedFolders(folder: Folder): readonly Folder[] {
  return [...folder.folders.values()].toSorted((one, other) => byText(one.path, other.path));
}

function nameOf({ path }: Folder): string {
  return readable(path.slice(0, -1).split('/').at(-1) ?? '');
}

/** A name is one line, whatever somebody called it. */
function readable(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?').slice(0, 200);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function count(number: number, what: string): string {
  return `${grouped(number)} ${what}${number === 1 ? '' : 's'}`;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
