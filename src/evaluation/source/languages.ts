/** How the text of a language is told apart into code, comments and strings, and into blocks. */
export interface Language {
  readonly name: 'javascript' | 'python' | 'go' | 'rust' | 'java' | 'kotlin' | 'csharp' | 'c' | 'ruby' | 'shell';
  readonly lineComments: readonly string[];
  readonly blockComment?: readonly [open: string, close: string];
  /** Delimiters of strings, the longest first. */
  readonly strings: readonly string[];
  readonly blocks: 'indentation' | 'braces' | 'lines';
  /** Whether a line break ends a statement. */
  readonly linesEnd: boolean;
}

const slashes = { lineComments: ['//'], blockComment: ['/*', '*/'], blocks: 'braces' } as const;
const hash = { lineComments: ['#'], linesEnd: true } as const;

const byEnding: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:[cm]?[jt]sx?|vue|svelte)$/, { ...slashes, name: 'javascript', strings: ['"', "'", '`'], linesEnd: true }],
  [/\.pyi?$/, { ...hash, name: 'python', strings: ['"""', "'''", '"', "'"], blocks: 'indentation' }],
  [/\.go$/, { ...slashes, name: 'go', strings: ['"', '`'], linesEnd: true }],
  [/\.rs$/, { ...slashes, name: 'rust', strings: ['"'], linesEnd: false }],
  [/\.(?:java|groovy)$/, { ...slashes, name: 'java', strings: ['"""', '"'], linesEnd: false }],
  [/\.(?:kts?|scala|gradle|swift)$/, { ...slashes, name: 'kotlin', strings: ['"""', '"', "'"], linesEnd: true }],
  [/\.(?:cs|fs)$/, { ...slashes, name: 'csharp', strings: ['"""', '"'], linesEnd: false }],
  [/\.(?:c|cc|cpp|cxx|h|hpp|php|dart)$/, { ...slashes, name: 'c', strings: ['"'], linesEnd: false }],
  [/\.(?:rb|exs?)$/, { ...hash, name: 'ruby', strings: ['"', "'"], blocks: 'indentation' }],
  [/\.(?:sh|bash|bats)$/, { ...hash, name: 'shell', strings: ['"', "'"], blocks: 'lines' }],
];

/** @returns undefined for a file that holds no program, or one in a language that is not known. */
export function languageOf(path: string): Language | undefined {
  return byEnding.find(([ending]) => ending.test(path))?.[1];
}
