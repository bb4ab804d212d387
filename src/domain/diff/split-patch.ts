import type { FileChange } from '../change.ts';

/** One file of a patch as git writes it, with its own part of the patch. */
export interface PatchedFile extends FileChange {
  readonly patch: string;
}

/** The files of a patch that git wrote with `a/` and `b/` before the paths. What is no part of a file is left out. */
export function splitPatch(patch: string): readonly PatchedFile[] {
  return patch
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith('diff --git '))
    .map(readPart);
}

function readPart(patch: string): PatchedFile {
  const start = patch.search(/^@@ /m);
  const head = start === -1 ? patch : patch.slice(0, start);
  const path = pathOf(head);
  const from = textAfter(head, 'rename from ');
  const lines = start === -1 ? [] : patch.slice(start).split('\n');
  return {
    path,
    ...(from === undefined ? {} : { from: unquoted(from) }),
    status: statusOf(head, start !== -1),
    addedLines: lines.filter((line) => line.startsWith('+')).length,
    removedLines: lines.filter((line) => line.startsWith('-')).length,
    binary: /^(?:Binary files |GIT binary patch)/m.test(head),
    kind: kindOf(head),
    patch,
  };
}

/** A part without such lines (a mode alone, a binary file) names the same path twice in its first line. */
function pathOf(head: string): string {
  const renamed = textAfter(head, 'rename to ');
  if (renamed !== undefined) return unquoted(renamed);
  const after = textAfter(head, '+++ ');
  if (after !== undefined && after !== '/dev/null') return unquoted(after).slice('b/'.length);
  const before = textAfter(head, '--- ');
  if (before !== undefined && before !== '/dev/null') return unquoted(before).slice('a/'.length);
  const both = head.slice('diff --git '.length).split('\n', 1).join('');
  return unquoted(both.slice(0, (both.length - 1) / 2)).slice('a/'.length);
}

/** git ends a path that holds a space with a tab. */
function textAfter(head: string, word: string): string | undefined {
  const line = head.split('\n').find((each) => each.startsWith(word));
  return line?.slice(word.length).replace(/\t$/, '');
}

function statusOf(head: string, hasLines: boolean): FileChange['status'] {
  if (/^(?:new file mode|copy to) /m.test(head)) return 'added';
  if (/^deleted file mode /m.test(head)) return 'deleted';
  if (/^rename to /m.test(head)) return 'renamed';
  return /^new mode /m.test(head) && !hasLines && !/^(?:Binary|GIT binary)/m.test(head) ? 'mode' : 'modified';
}

function kindOf(head: string): FileChange['kind'] {
  const [, mode] = /^(?:new mode|new file mode|deleted file mode|index \S+) (\d{6})$/m.exec(head) ?? [];
  if (mode === '160000') return 'submodule';
  if (mode === '120000') return 'symlink';
  return mode === '100755' ? 'executable' : 'file';
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** A path in quotation marks is one in which git has escaped what a line cannot hold; bytes are told in octal. */
function unquoted(path: string): string {
  if (!path.startsWith('"')) return path;
  const bytes = [...path.slice(1, -1).matchAll(/\\(\d{3})|\\(.)|([^\\]+)/gu)].flatMap(([, octal, letter, plain]) => {
    if (octal !== undefined) return [Number.parseInt(octal, 8)];
    if (letter !== undefined) return [escapes[letter] as number];
    return [...Buffer.from(plain as string)];
  });
  return Buffer.from(bytes).toString();
}
