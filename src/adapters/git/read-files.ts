import type { CommitId } from '../../domain/ids.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { zeroTerminated } from './mirror-tools.ts';

/** With more paths than that the whole commit is listed: a command line has an end. */
const mostNamed = 200;

/** Reads regular files of a commit with two calls of git, however many they are. @param mostBytes larger ones are left out. */
export async function readFilesAt(
  tools: MirrorTools,
  commit: CommitId,
  paths: readonly string[],
  mostBytes = Infinity,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths.filter((path) => path !== '' && !path.includes('\0')));
  if (wanted.size === 0) return new Map();
  const named = wanted.size > mostNamed ? ['-r', commit] : [commit, '--', ...wanted];
  const sizes = mostBytes === Infinity ? [] : ['-l'];
  const listed = zeroTerminated(await tools.git.run(tools.profile, ['ls-tree', '-z', ...sizes, '--full-tree', ...named]));
  const found = listed.flatMap((line) => {
    const [, id, size = '0', path] = /^100(?:644|755) blob ([0-9a-f]+)(?: +(\d+))?\t([^]*)$/.exec(line) ?? [];
    return id === undefined || path === undefined || !wanted.has(path) || Number(size) > mostBytes ? [] : [{ id, path }];
  });
  if (found.length === 0) return new Map();
  const ids = found.map(({ id }) => id);
  const texts = blobsIn(await tools.git.run(tools.profile, ['cat-file', '--batch'], { stdin: `${ids.join('\n')}\n` }), ids);
  const files = new Map<string, string>();
  for (const [at, { id, path }] of found.entries()) {
    files.set(path, texts[at] ?? (await tools.git.run(tools.profile, ['cat-file', 'blob', id])));
  }
  return files;
}

/** Contents that are text, by id, with one call of git. */
export async function readTexts(tools: MirrorTools, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  // What comes behind one that is no text is asked for again, without it.
  for (let left = [...new Set(ids)]; left.length > 0;) {
    const read = blobsIn(await tools.git.run(tools.profile, ['cat-file', '--batch'], { stdin: `${left.join('\n')}\n` }), left);
    for (const [at, text] of read.entries()) texts.set(left[at]!, text);
    left = left.slice(read.length + 1);
  }
  return texts;
}

/** The contents that `cat-file --batch` printed, in the order of the ids, up to the first that is no text and so has another length by now. */
function blobsIn(printed: string, ids: readonly string[]): readonly string[] {
  const bytes = Buffer.from(printed);
  const texts: string[] = [];
  let at = 0;
  for (const id of ids) {
    const end = bytes.indexOf('\n', at);
    const [, size] = new RegExp(`^${id} blob (\\d+)$`).exec(bytes.toString('utf8', at, end)) ?? [];
    if (size === undefined) break;
    const next = end + 1 + Number(size);
    const text = bytes.toString('utf8', end + 1, next);
    if (bytes[next] !== 0x0a || text.includes('\uFFFD')) break;
    texts.push(text);
    at = next + 1;
  }
  return texts;
}
