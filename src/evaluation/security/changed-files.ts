import type { FileChange } from '../../domain/change.ts';
import { isTestFile } from '../integrity/files.ts';
import { dependencyFileKind } from './child/dependencies/file-kinds.ts';
import type { LookFile } from './steps.ts';

/**
 * The contents of a file, or undefined where there is none that can be read. Of bytes that are no UTF-8 nothing but U+FFFD need remain; what
 * is plain text among them must.
 */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** The files of a change with their contents. */
export interface ChangedFiles {
  /** What can be parsed as text. */
  readonly texts: readonly LookFile[];
  /** Contents of binary files and of texts too large to be parsed, which are searched as they are. */
  readonly others: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  /** Files of which nothing could be read, or that came after the limits were used up. */
  readonly unread: readonly string[];
}

/** In characters. A program that people wrote is far smaller; lockfiles are not. */
const mostParsed = 1_000_000;
const mostParsedLockfile = 16_000_000;
/** What is searched for our own secrets, of one file and of all. */
const mostSearched = 16_000_000;
const mostTogether = 64_000_000;

/** Reads what a change touches, one file after the other, within bounds. */
export async function readChangedFiles(files: readonly FileChange[], before: ReadFile, after: ReadFile): Promise<ChangedFiles> {
  const texts: LookFile[] = [];
  const others: { path: string; before: string; after: string }[] = [];
  const unread: string[] = [];
  let together = 0;
  for (const file of files) {
    if (file.kind === 'submodule' || file.kind === 'symlink') continue;
    const from = file.status === 'added' ? undefined : (file.from ?? file.path);
    if (file.status === 'mode') continue;
    const earlier = from === undefined ? undefined : await before(from);
    const now = file.status === 'deleted' ? undefined : await after(file.path);
    if (file.status !== 'deleted' && (now === undefined || now.length > mostSearched || together + now.length > mostTogether)) {
      unread.push(file.path);
      continue;
    }
    together += (now?.length ?? 0) + (earlier?.length ?? 0);
    const most = dependencyFileKind(file.path) === undefined ? mostParsed : mostParsedLockfile;
    const isText = !file.binary && Math.max(now?.length ?? 0, earlier?.length ?? 0) <= most;
    if (isText) texts.push(lookFile(file, { from, earlier, now }));
    else if (now !== undefined) others.push({ path: file.path, before: earlier ?? '', after: now });
    if (!isText && !file.binary) unread.push(file.path);
  }
  return { texts, others, unread };
}

function lookFile(
  { path }: FileChange,
  { from, earlier, now }: { readonly from: string | undefined; readonly earlier: string | undefined; readonly now: string | undefined },
): LookFile {
  return {
    path,
    isTest: isTestFile(path),
    ...(from === undefined ? {} : { from }),
    ...(earlier === undefined ? {} : { before: earlier }),
    ...(now === undefined ? {} : { after: now }),
  };
}
