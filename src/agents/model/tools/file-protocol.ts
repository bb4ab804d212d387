/** What the file program reads from its standard input, as one JSON object. */
export interface FileTask {
  /** The names of the folder that it has to find itself in: what was put in the place of the checkout is none of it. */
  readonly roots: readonly string[];
  readonly request: FileRequest;
}

/** What it is asked. Paths are as the model gave them. */
export type FileRequest =
  | {
      readonly do: 'read';
      readonly path: string;
      /** The first line, from 1. */
      readonly from: number;
      readonly lines: number;
    }
  | {
      readonly do: 'search';
      readonly path: string;
      /** A regular expression; undefined lists the files themselves. */
      readonly pattern: string | undefined;
      readonly ignoreCase: boolean;
      /** Which files, as a glob. */
      readonly files: string | undefined;
    }
  | {
      readonly do: 'edit';
      readonly path: string;
      readonly old: string;
      readonly new: string;
      readonly all: boolean;
    }
  | { readonly do: 'write'; readonly path: string; readonly text: string };

/** What it answers, as one JSON object on its standard output. */
export type FileAnswer =
  | {
      readonly kind: 'done';
      readonly text: string;
      /** Relative to the checkout; set where a file has been changed. */
      readonly changed?: string;
    }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The path is none that an agent may touch. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Sizes that tools keep to. */
export const fileLimits = {
  /** Of a file that is read or edited, in bytes. */
  readBytes: 5_000_000,
  /** Of a file that is searched, in bytes. */
  searchBytes: 1_000_000,
  /** Of a text that is written, in characters. */
  writeCharacters: 1_000_000,
  /** Shown at once. */
  shownLines: 2_000,
  shownCharacters: 60_000,
  /** Of one line that is shown; the rest of it is left out. */
  lineCharacters: 2_000,
  matches: 100,
  matchCharacters: 300,
  /** Files that one search looks at. */
  files: 50_000,
} as const;
