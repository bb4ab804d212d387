import type { BaseEvidence, CheckEvidence, FormatEvidence, LintEvidence, LintFinding } from '../domain/evidence.ts';
import { errorAsWarnings } from '../domain/score.ts';

/** What a change brings for a linter and a formatter to complain of. */
export interface NewWarnings {
  /** max(0, 1 - warnings / 100). */
  readonly share: number;
  /** An error counts as {@link errorAsWarnings}, a file that is not formatted as one. */
  readonly warnings: number;
  /** Each in a sentence, where the linter tells them apart. */
  readonly found: readonly string[];
}

/** What linter and formatter find beyond the base; undefined where neither can be compared with it. */
export function lintAgainst(base: BaseEvidence, check: CheckEvidence): NewWarnings | undefined {
  const parts = [linted(base.check.lint, check.lint), formatted(base.check.format, check.format)].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const warnings = parts.reduce((sum, part) => sum + part.warnings, 0);
  return { share: Math.max(0, 1 - warnings / 100), warnings, found: parts.flatMap(({ found }) => found) };
}

type Part = Omit<NewWarnings, 'share'>;

function linted(before: LintEvidence, after: LintEvidence): Part | undefined {
  if (before.kind !== 'reported') return undefined;
  if (after.kind === 'failed') return { warnings: 100, found: ['The linter that worked at the base does not work here.'] };
  if (after.kind === 'none') return undefined;
  if (before.findings !== undefined && after.findings !== undefined) {
    const added = newFindings(before.findings, after.findings);
    const weights = added.map(({ severity }) => (severity === 'error' ? errorAsWarnings : 1));
    return { warnings: weights.reduce((sum, weight) => sum + weight, 0), found: added.map(sentenceOf) };
  }
  const weight = (lint: typeof before): number => lint.warnings + errorAsWarnings * lint.errors;
  const warnings = Math.max(0, weight(after) - weight(before));
  return { warnings, found: warnings === 0 ? [] : [`The linter finds more than at the base; which is not known.`] };
}

/** Those that the base does not have, or has fewer of. Lines move, and therefore tell nothing apart. */
function newFindings(before: readonly LintFinding[], after: readonly LintFinding[]): readonly LintFinding[] {
  const key = ({ rule, path, message }: LintFinding): string => JSON.stringify([rule, path, message]);
  const left = new Map<string, number>();
  for (const finding of before) left.set(key(finding), (left.get(key(finding)) ?? 0) + 1);
  return after.filter((finding) => {
    const count = left.get(key(finding)) ?? 0;
    left.set(key(finding), count - 1);
    return count <= 0;
  });
}

function sentenceOf({ rule, path, line, severity, message }: LintFinding): string {
  return `New ${severity} ${rule} in ${path}${line === 0 ? '' : `:${line}`}: ${message}`;
}

function formatted(before: FormatEvidence | undefined, after: FormatEvidence | undefined): Part | undefined {
  if (before?.kind !== 'reported' || after?.kind !== 'reported') return undefined;
  const old = new Set(before.files);
  const added = after.files.filter((path) => !old.has(path));
  return { warnings: added.length, found: added.map((path) => `Not formatted: ${path}`) };
}
