import type { Change, FileChange } from '../../domain/change.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { ChangedFile, OneFile } from '../../ports/git.ts';
import type { MirrorTools } from './mirror-tools.ts';

const plain = ['--no-textconv', '--no-ext-diff', '--no-color', '-M', '--ignore-submodules=none'] as const;

export async function readChange(tools: MirrorTools, from: CommitId, to: CommitId): Promise<Change> {
  return { files: (await readChangedFiles(tools, from, to)).map(withoutContents) };
}

function withoutContents(changed: ChangedFile): FileChange {
  const { contents: _, ...file } = changed;
  return file;
}

export async function readChangedFiles(tools: MirrorTools, from: CommitId, to: CommitId): Promise<readonly ChangedFile[]> {
  return parseChange(
    await tools.git.run(tools.profile, ['diff-tree', '-r', '-z', '--raw', '--numstat', ...plain, '--end-of-options', from, to]),
  );
}

/** Most of a patch that is kept, in bytes; where it is longer the middle is left out, and a line says so. */
const patchBytes = 16 * 1024 * 1024;

export async function readPatch(tools: MirrorTools, from: CommitId, to: CommitId, only?: OneFile): Promise<string> {
  const { path, from: before, contextLines = 3 } = only ?? {};
  const paths = [path, before].filter((each) => each !== undefined);
  const limits = paths.length === 0 ? [] : ['--', ...paths.map((each) => `:(top,literal)${each}`)];
  return tools.git.run(
    tools.profile,
    ['diff-tree', '-r', '-p', `--unified=${contextLines}`, ...plain, '--end-of-options', from, to, ...limits],
    { keepBytes: patchBytes, truncate: true },
  );
}

interface Raw {
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldObject: string;
  readonly newObject: string;
  readonly letter: string;
  readonly path: string;
  readonly from?: string;
}

/** Reads what `diff-tree -z --raw --numstat` prints: all raw entries, then all counts. */
function parseChange(printed: string): readonly ChangedFile[] {
  const fields = printed.split('\0');
  const raws: Raw[] = [];
  const counts = new Map<string, { readonly added: number; readonly removed: number; readonly binary: boolean }>();
  let at = 0;
  const next = (): string => fields[at++] ?? '';
  while (at < fields.length) {
    const field = next();
    if (field.startsWith(':')) raws.push(parseRaw(field, next));
    else if (field !== '') parseCount(field, next, counts);
  }
  return raws.map((raw) => fileChange(raw, counts.get(raw.path)));
}

function parseRaw(field: string, next: () => string): Raw {
  const [oldMode = '', newMode = '', oldObject = '', newObject = '', status = ''] = field.slice(1).split(' ');
  const letter = status.charAt(0);
  const common = { oldMode, newMode, oldObject, newObject, letter };
  const first = next();
  return letter === 'R' || letter === 'C' ? { ...common, from: first, path: next() } : { ...common, path: first };
}

function parseCount(
  field: string,
  next: () => string,
  counts: Map<string, { readonly added: number; readonly removed: number; readonly binary: boolean }>,
): void {
  const match = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(field);
  if (match === null) return;
  const [, added = '', removed = '', inline = ''] = match;
  let path = inline;
  if (path === '') {
    next();
    path = next();
  }
  counts.set(path, { added: Number(added) || 0, removed: Number(removed) || 0, binary: added === '-' });
}

function fileChange(
  raw: Raw,
  count: { readonly added: number; readonly removed: number; readonly binary: boolean } | undefined,
): ChangedFile {
  return {
    path: raw.path,
    ...(raw.from === undefined ? {} : { from: raw.from }),
    status: statusOf(raw),
    addedLines: count?.added ?? 0,
    removedLines: count?.removed ?? 0,
    binary: count?.binary ?? false,
    kind: kindOf(raw.letter === 'D' ? raw.oldMode : raw.newMode),
    contents: `${raw.oldMode}:${raw.oldObject}..${raw.newMode}:${raw.newObject}`,
  };
}

function statusOf(raw: Raw): FileChange['status'] {
  if (raw.letter === 'A' || raw.letter === 'C') return 'added';
  if (raw.letter === 'D') return 'deleted';
  if (raw.letter === 'R') return 'renamed';
  return raw.letter === 'M' && raw.oldObject === raw.newObject ? 'mode' : 'modified';
}

function kindOf(mode: string): FileChange['kind'] {
  if (mode === '160000') return 'submodule';
  if (mode === '120000') return 'symlink';
  return mode === '100755' ? 'executable' : 'file';
}
