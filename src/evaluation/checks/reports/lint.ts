import { z } from 'zod';

export interface LintCounts {
  readonly warnings: number;
  readonly errors: number;
}

const eslintReport = z.array(z.object({ errorCount: z.number().int().nonnegative(), warningCount: z.number().int().nonnegative() }));
const oxlintReport = z.object({ diagnostics: z.array(z.object({ severity: z.string() })) });

/** Reads `eslint --format json`. @returns undefined when it is something else. */
export function parseEslint(text: string): LintCounts | undefined {
  const parsed = eslintReport.safeParse(json(text));
  if (!parsed.success) return undefined;
  return {
    warnings: parsed.data.reduce((sum, file) => sum + file.warningCount, 0),
    errors: parsed.data.reduce((sum, file) => sum + file.errorCount, 0),
  };
}

/** Reads what a linter printed: the JSON of oxlint, or the closing lines of eslint, oxlint and biome. */
export function parseLintOutput(text: string): LintCounts | undefined {
  return oxlintJson(text) ?? eslintSummary(text) ?? foundSummary(text);
}

function oxlintJson(text: string): LintCounts | undefined {
  const start = text.search(/^\{/m);
  const end = text.lastIndexOf('}');
  if (start === -1 || end < start) return undefined;
  const parsed = oxlintReport.safeParse(json(text.slice(start, end + 1)));
  if (!parsed.success) return undefined;
  const errors = parsed.data.diagnostics.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: parsed.data.diagnostics.length - errors };
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

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
