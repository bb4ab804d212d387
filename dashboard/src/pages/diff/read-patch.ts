import type { ChangeTypes, FileDiffMetadata } from '@pierre/diffs';
import { processFile } from '@pierre/diffs';
import type { Answer } from '../../api/operations.ts';
import { languageOf } from './languages.ts';

/** A file of the list. */
export type DiffFile = Answer<'listDiffFiles'>['files'][number];

/**
 * What is shown of a file. Of its patch only the hunks are read: what it is called, and what became of it, is known from the list, whatever characters are in
 * its name.
 */
export function readPatch(file: DiffFile, patch: string): FileDiffMetadata {
  const start = patch.search(/^@@ /m);
  const read = start === -1 ? undefined : processFile(`--- a/file\n+++ b/file\n${patch.slice(start)}`, { isGitDiff: false });
  // Under which it is known whether two of them show the same.
  const cacheKey = [file.path, file.contents, patch.length].join('\n');
  const { prevName: _, ...lines } = read ?? withoutLines(file);
  return { ...lines, ...named(file), cacheKey };
}

/** A file of which no line is shown: it is binary, was only moved, or is not read yet. */
export function withoutLines(file: DiffFile): FileDiffMetadata {
  return {
    ...named(file),
    hunks: [],
    splitLineCount: 0,
    unifiedLineCount: 0,
    isPartial: true,
    deletionLines: [],
    additionLines: [],
    deletionCharacterCount: 0,
    additionCharacterCount: 0,
  };
}

function named(file: DiffFile): Pick<FileDiffMetadata, 'name' | 'prevName' | 'type' | 'lang'> {
  const { path, from } = file;
  return {
    name: path,
    ...(from === null ? {} : { prevName: from }),
    type: typeOf(file),
    lang: languageOf(path),
  };
}

function typeOf({ status, addedLines, removedLines }: DiffFile): ChangeTypes {
  switch (status) {
    case 'added':
      return 'new';
    case 'deleted':
      return 'deleted';
    case 'renamed':
      return addedLines + removedLines === 0 ? 'rename-pure' : 'rename-changed';
    case 'modified':
    case 'mode':
      return 'change';
  }
}
