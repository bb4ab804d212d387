import semver from 'semver';
import type { AdvisoryEcosystem } from '../../ports/advisories.ts';

/** Words that come before a release, in their order; anything else that follows a number is not compared. */
const early = ['dev', 'alpha', 'a', 'beta', 'b', 'm', 'milestone', 'c', 'rc', 'cr', 'snapshot'] as const;

/**
 * The order of two versions of one ecosystem: below 0, 0, above 0. Semantic versions for npm, Go and crates.io; for PyPI and Maven numbers, with what
 * comes before and after a release.
 *
 * @returns undefined where it cannot be told.
 */
export function compareVersions(ecosystem: AdvisoryEcosystem, one: string, other: string): number | undefined {
  if (ecosystem === 'PyPI' || ecosystem === 'Maven') return compareLoosely(one, other);
  const [left, right] = [semver.parse(one) ?? semver.coerce(one), semver.parse(other) ?? semver.coerce(other)];
  return left === null || right === null ? undefined : semver.compare(left, right);
}

interface Loose {
  readonly epoch: number;
  readonly numbers: readonly number[];
  /** Below 0 before the release, 0 for it, 1 after it. */
  readonly stage: number;
  readonly number: number;
}

function compareLoosely(one: string, other: string): number | undefined {
  const [left, right] = [looseOf(one), looseOf(other)];
  if (left === undefined || right === undefined) return undefined;
  if (left.epoch !== right.epoch) return left.epoch - right.epoch;
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at += 1) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.stage - right.stage || left.number - right.number;
}

function looseOf(version: string): Loose | undefined {
  const [, epoch = '0', numbers = '', word = '', number = '0'] =
    /^v?(?:(\d{1,6})!)?(\d{1,9}(?:\.\d{1,9}){0,9})(?:[-_.]?(dev|alpha|a|beta|b|milestone|m|c|rc|cr|snapshot|post|final|release|ga|jre|android|sp)[-_.]?(\d{0,9}))?(?:\+[\w.]{1,60})?$/i.exec(
      version,
    ) ?? [];
  if (numbers === '') return undefined;
  const name = word.toLowerCase();
  const place = early.findIndex((stage) => stage === name);
  const stage = place === -1 ? (name === 'post' || name === 'sp' ? 1 : 0) : place - early.length;
  return { epoch: Number(epoch), numbers: numbers.split('.').map(Number), stage, number: Number(number) };
}
