import type { SecurityLevel } from '../../../domain/security.ts';
import { securityLevels } from '../../../domain/security.ts';
import type { LookFinding } from '../protocol.ts';
import type { RuleName } from '../rules.ts';
import { ruleOf } from '../rules.ts';
import type { LookFile } from '../steps.ts';

/** Something in a text, before it is known whether the base has it too. */
export interface Found {
  readonly rule: RuleName;
  /** What is compared with the base; never shown, as it may be a secret. */
  readonly snippet: string;
  /** In characters from the beginning of the text. */
  readonly index: number;
  /** What the rule says of itself is enough where it is absent. */
  readonly detail?: string;
}

/** What was found in one file before and after. */
export interface FoundIn {
  readonly path: string;
  readonly isTest: boolean;
  readonly before: readonly Found[];
  readonly after: readonly Found[];
  /** The text afterwards, for line numbers. */
  readonly text: string;
}

/**
 * Looks at what changed, and at what was there before only where something was found at all: of most changes nothing is. What was deleted is
 * looked at too, as it may have moved.
 */
export async function foundInBoth(
  files: readonly LookFile[],
  find: (file: LookFile, text: string) => Promise<readonly Found[]>,
): Promise<readonly FoundIn[]> {
  const changed = files.filter(({ before, after }) => before !== after);
  const now: (readonly Found[])[] = [];
  for (const file of changed) now.push(await find(file, file.after ?? ''));
  if (now.every((found) => found.length === 0)) return [];
  const looked: FoundIn[] = [];
  for (const [at, file] of changed.entries()) {
    looked.push({
      path: file.path,
      isTest: file.isTest,
      before: await find(file, file.before ?? ''),
      after: now[at]!,
      text: file.after ?? '',
    });
  }
  return looked;
}

/** Findings of one rule in one file; the rest is counted in the last of them. */
const mostOfOne = 20;

/**
 * What a change brings: of equal things (rule and snippet, however they are spaced) as many as there are more than before, wherever in the
 * change they lay. What moves from a line or a file to another is not new.
 */
export function newFindings(files: readonly FoundIn[]): readonly LookFinding[] {
  const known = new Map<string, number>();
  for (const found of files.flatMap(({ before }) => before)) known.set(keyOf(found), (known.get(keyOf(found)) ?? 0) + 1);
  // What stayed where it was uses up its share before anything that may have moved.
  const moved = files.map(({ before, after }) => {
    const here = counts(before);
    return after.filter((found) => {
      const key = keyOf(found);
      if ((here.get(key) ?? 0) === 0) return true;
      here.set(key, here.get(key)! - 1);
      known.set(key, known.get(key)! - 1);
      return false;
    });
  });
  return files.flatMap((file, at) => {
    const fresh = moved[at]!.filter((found) => {
      const left = known.get(keyOf(found)) ?? 0;
      if (left > 0) known.set(keyOf(found), left - 1);
      return left === 0;
    });
    return limited(fresh).flatMap((found) => findingOf(found, file));
  });
}

function counts(found: readonly Found[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const one of found) count.set(keyOf(one), (count.get(keyOf(one)) ?? 0) + 1);
  return count;
}

function limited(found: readonly Found[]): readonly Found[] {
  const count = new Map<RuleName, number>();
  return found.filter(({ rule }) => {
    count.set(rule, (count.get(rule) ?? 0) + 1);
    return count.get(rule)! <= mostOfOne;
  });
}

function keyOf({ rule, snippet }: Found): string {
  return `${rule} ${snippet.replaceAll(/\s+/g, ' ')}`;
}

/** @returns nothing for what does not matter in a test. */
function findingOf({ rule, index, detail }: Found, { path, isTest, text }: FoundIn): readonly LookFinding[] {
  const level = levelOf(rule, isTest);
  if (level === undefined) return [];
  return [{ rule, level, path, line: lineAt(text, index), detail: detail ?? ruleOf(rule).says }];
}

/** The level of a rule; in tests one lower for rules that say so, and none for what is low already. */
export function levelOf(rule: RuleName, isTest: boolean): SecurityLevel | undefined {
  const { level, milderInTests } = ruleOf(rule);
  return isTest && milderInTests === true ? securityLevels[securityLevels.indexOf(level) - 1] : level;
}

/** From 1. */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
