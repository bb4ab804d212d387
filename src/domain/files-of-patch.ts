/** A file that a change touches. */
export interface FileOfPatch {
  /** As it is called afterwards; of a file that is gone, as it was. */
  readonly path: string;
  /** Lines; 0 for both of a file that is not text. */
  readonly added: number;
  readonly removed: number;
}

/** The files of a unified diff as git writes it, in its order. */
export function filesOfPatch(patch: string): readonly FileOfPatch[] {
  return patch
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith('diff --git '))
    .map(fileOf);
}

function fileOf(part: string): FileOfPatch {
  const at = part.search(/^@@/m);
  const [head, body] = at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at)];
  const lines = body.split('\n');
  return {
    path: pathOf(head),
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}

/** By the lines that name one path; where there are none (an empty file, a mode) by the first, whose two names are alike. */
function pathOf(head: string): string {
  for (const pattern of named) {
    const found = pattern.exec(head)?.groups?.['path'];
    if (found !== undefined) return found;
  }
  return '';
}

const named = [
  /^\+\+\+ "?b\/(?<path>.*?)"?$/m,
  /^--- "?a\/(?<path>.*?)"?$/m,
  /^rename to "?(?<path>.*?)"?$/m,
  /^diff --git "?a\/(?<path>.*?)"? "?b\/\1"?$/m,
];
