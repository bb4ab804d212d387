import type { Bounds, Share } from './figures.ts';
import { wilson } from './figures.ts';

/** Something of which it is known how it came out. The higher `value`, the likelier it was good. */
export interface JudgedValue {
  readonly value: number;
  readonly isGood: boolean;
}

/** From which value on things go by themselves, and what that is to hold. */
export interface ThresholdQuestion {
  readonly outcomes: readonly JudgedValue[];
  /** As it is set now. */
  readonly current: number;
  /** Values that it may be set to. */
  readonly candidates: readonly number[];
}

/** What the same outcomes would have been under the other threshold. */
export interface Difference {
  /** Those that would go by themselves and do not, or the other way round. */
  readonly moved: number;
  /** Of these: good ones. */
  readonly good: number;
}

/** From the threshold on: how many were good, and between which bounds that share lies. */
export interface Evidence {
  readonly threshold: number;
  readonly share: Share;
  readonly bounds: Bounds;
}

export type ThresholdAnswer =
  /** Fewer outcomes are known than are needed. */
  | { readonly kind: 'too-few'; readonly known: number; readonly needed: number; readonly current: number }
  /** From no value on is it sure enough. */
  | { readonly kind: 'none-holds'; readonly known: number; readonly current: Evidence }
  | { readonly kind: 'keep'; readonly known: number; readonly current: Evidence }
  | {
      readonly kind: 'change';
      readonly known: number;
      readonly current: Evidence;
      readonly proposed: Evidence;
      readonly difference: Difference;
    };

/** Below so many known outcomes nothing is proposed. 35 good ones of 35 are the fewest that are sure to be {@link sureShare}. */
export const fewestOutcomes = 40;

/** Of what goes by itself at least so many are to be good, and that at a confidence of 95 %. */
export const sureShare = 0.9;

/**
 * The lowest threshold from which on at least {@link sureShare} are good: both at the threshold itself, by a fit that never falls, and, at a confidence
 * of 95 %, of all from there on together. The second keeps luck with a few from counting, the first the many good ones far above from hiding bad ones.
 */
export function proposeThreshold({ outcomes, current, candidates }: ThresholdQuestion): ThresholdAnswer {
  const known = outcomes.length;
  if (known < fewestOutcomes) return { kind: 'too-few', known, needed: fewestOutcomes, current };
  const now = evidenceFrom(outcomes, current);
  const fitted = risingFit(outcomes);
  const rising = candidates.toSorted((one, other) => one - other);
  const lowest = rising.find(
    (threshold) => fittedAt(fitted, threshold) >= sureShare && evidenceFrom(outcomes, threshold).bounds.low >= sureShare,
  );
  if (lowest === undefined) return { kind: 'none-holds', known, current: now };
  // Of those between which nothing was seen the highest: what nobody has seen does not go by itself.
  const threshold = rising.findLast((each) => differenceOf(outcomes, lowest, each).moved === 0) ?? lowest;
  const difference = differenceOf(outcomes, current, threshold);
  if (difference.moved === 0) return { kind: 'keep', known, current: now };
  return { kind: 'change', known, current: now, proposed: evidenceFrom(outcomes, threshold), difference };
}

function evidenceFrom(outcomes: readonly JudgedValue[], threshold: number): Evidence {
  const from = outcomes.filter(({ value }) => value >= threshold);
  const share = { part: from.filter(({ isGood }) => isGood).length, of: from.length };
  return { threshold, share, bounds: wilson(share) };
}

function differenceOf(outcomes: readonly JudgedValue[], one: number, other: number): Difference {
  const between = outcomes.filter(({ value }) => value >= Math.min(one, other) && value < Math.max(one, other));
  return { moved: between.length, good: between.filter(({ isGood }) => isGood).length };
}

/** Outcomes of neighbouring values, with the share of good ones among them. */
interface Block {
  /** The lowest and the highest value in it. */
  readonly from: number;
  readonly to: number;
  readonly good: number;
  readonly count: number;
}

/**
 * The share of good ones as it depends on the value, if it never falls: what contradicts that is put together with its neighbours (isotonic
 * regression by pooling adjacent violators, Ayer et al. 1955). The lowest values first.
 */
export function risingFit(outcomes: readonly JudgedValue[]): readonly Block[] {
  const blocks: Block[] = [];
  for (const { value, isGood } of outcomes.toSorted((one, other) => one.value - other.value)) {
    let block: Block = { from: value, to: value, good: isGood ? 1 : 0, count: 1 };
    let before = blocks.at(-1);
    while (before !== undefined && (before.from === value || before.good * block.count >= block.good * before.count)) {
      block = { from: before.from, to: value, good: before.good + block.good, count: before.count + block.count };
      blocks.pop();
      before = blocks.at(-1);
    }
    blocks.push(block);
  }
  return blocks;
}

/** The fitted share of the lowest outcomes from the threshold on; 0 where there are none. */
function fittedAt(fit: readonly Block[], threshold: number): number {
  const block = fit.find(({ to }) => to >= threshold);
  return block === undefined ? 0 : block.good / block.count;
}
