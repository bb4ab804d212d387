export interface LintCounts {
  readonly warnings: number;
  readonly errors: number;
}

/** Reads the numbers in the closing lines of eslint, oxlint, biome and linters that print like them. @returns undefined where there are none. */
export function countPrinted(text: string): LintCounts | undefined {
  return eslintSummary(text) ?? foundSummary(text);
}

/** `✖ 5 problems (2 errors, 3 warnings)`. */
function eslintSummary(text: string): LintCounts | undefined {
  const found = /^\S+ \d+ problems? \((\d+) errors?, (\d+) warnings?\)/m.exec(text);
  return found === null ? undefined : { errors: Number(found[1]), warnings: Number(found[2]) };
}

/** `Found 3 warnings and 1 error.` (oxlint); `Found 2 errors.` and `Found 1 warning.` on lines of their own (biome). */
function foundSummary(text: string): LintCounts | undefined {
  const lines = text.split('\n').filter((line) => /^Found \d+ (?:warning|error)/.test(line));
  if (lines.length === 0) return undefined;
  const count = (word: string): number =>
    lines.reduce((sum, line) => sum + Number(new RegExp(`(\\d+) ${word}s?\\b`).exec(line)?.[1] ?? 0), 0);
  return { warnings: count('warning'), errors: count('error') };
}
