import type { IntegrityFinding } from '../../domain/choice.ts';
import { languageOf } from '../source/languages.ts';
import { parseSource } from '../source/parse-source.ts';
import { scanText } from '../source/scan-text.ts';
import { isTestFile } from './files.ts';

/** Words in comments that keep a linter, a type checker or a measure of coverage quiet. How code is laid out is no such matter. */
const inComments: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['eslint-disable', /\beslint-disable(?:-next-line|-line)?\b/g],
  ['oxlint-disable', /\boxlint-disable(?:-next-line|-line)?\b/g],
  ['biome-ignore', /\bbiome-ignore(?:-all|-start)?\s+(?!format)/g],
  ['tslint:disable', /\b(?:tslint:disable|jshint ignore|deno-lint-ignore|stylelint-disable|standard-disable)/g],
  ['@ts-ignore', /@ts-(?:ignore|nocheck)\b/g],
  ['@ts-expect-error', /@ts-expect-error\b/g],
  ['noqa', /#\s*(?:ruff:\s*|flake8:\s*)?noqa\b/gi],
  ['type: ignore', /#\s*(?:type:\s*ignore|pyright:\s*ignore|mypy:\s*(?:ignore-errors|disable))/g],
  ['pylint: disable', /#\s*pylint:\s*(?:disable|skip-file)/g],
  ['nolint', /\/\/\s?nolint\b|\/\/lint:ignore\b/g],
  ['NOLINT', /\bNOLINT(?:NEXTLINE|BEGIN)?\b|\bNOSONAR\b|\b[nN]osec\b|\bCHECKSTYLE[.:]?\s*OFF\b/g],
  ['shellcheck disable', /#\s*shellcheck\s+disable\b|#\s*rubocop:disable\b/g],
  ['left out of coverage', /\b(?:istanbul|c8|v8)\s+ignore\b|#\s*pragma:\s*no\s*cover\b|\bnode:coverage (?:ignore|disable)\b/g],
];

/** The same in code. */
const inCode: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['#[allow]', /#!?\[\s*(?:cfg_attr\s*\([^)]{0,200},\s*)?(?:allow|expect)\s*\(/g],
  ['@SuppressWarnings', /@(?:SuppressWarnings|Suppress|SuppressLint|SuppressFBWarnings)\b/g],
  [
    '#pragma warning disable',
    /^\s*#pragma\s+(?:warning\s+disable|GCC\s+diagnostic\s+ignored)|\[\s*(?:assembly\s*:\s*)?SuppressMessage\b/gm,
  ],
];

/** How often each way of keeping a check quiet stands in a file. */
function suppressionsIn(text: string, path: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const language = languageOf(path);
  if (language === undefined || /(?:^|\/)(?:__fixtures__|fixtures|testdata|test-data)\//.test(path)) return counts;
  const parsed = parseSource(text, path);
  const scanned = parsed === undefined || language.name !== 'javascript' ? scanText(text, language) : undefined;
  const comments = parsed?.comments?.map(({ value }) => `// ${value}`) ?? scanned?.comments.map((comment) => comment.text) ?? [];
  const said = comments.join('\n');
  const count = (rules: typeof inCode, where: string): void => {
    for (const [name, pattern] of rules) {
      // That a type error is expected is what a test of types says.
      if (name === '@ts-expect-error' && isTestFile(path)) continue;
      const found = where.match(pattern)?.length ?? 0;
      if (found > 0) counts.set(name, (counts.get(name) ?? 0) + found);
    }
  };
  count(inComments, said);
  if (scanned !== undefined) count(inCode, scanned.bare);
  return counts;
}

interface FileVersions {
  readonly path: string;
  readonly from?: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Where a change keeps a linter, type checker or coverage quiet more often than the base did. What only moves between its files counts as moved. */
export function suppressionFindings(files: readonly FileVersions[]): IntegrityFinding[] {
  const counted = files.map(({ path, from, before, after }) => ({
    path,
    old: before === undefined ? new Map<string, number>() : suppressionsIn(before, from ?? path),
    now: after === undefined ? new Map<string, number>() : suppressionsIn(after, path),
  }));
  const names = new Set(counted.flatMap(({ now }) => [...now.keys()]));
  const more = ({ old, now }: (typeof counted)[number], name: string): number => (now.get(name) ?? 0) - (old.get(name) ?? 0);
  return [...names].flatMap((name) => {
    if (counted.reduce((sum, file) => sum + more(file, name), 0) <= 0) return [];
    return counted
      .filter((file) => more(file, name) > 0)
      .map(({ path }): IntegrityFinding => ({ rule: 'lint-suppressed', path, detail: `It keeps a check quiet in ${path}: ${name}.` }));
  });
}
