import type { ModelUsage } from '../../../../domain/model.ts';

/** More than any model takes in; whoever says more is mistaken. */
const most = 100_000_000;

/** Tokens as a provider writes them. @returns undefined for what is no count: part of a token, less than none, too many, no number. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most ? value : undefined;
}

/** Of a count that may be left out, which means none. */
export function countOrNone(value: unknown): number | undefined {
  return value === undefined || value === null ? 0 : count(value);
}

type Counted = { readonly [field in keyof Required<Omit<ModelUsage, 'hourCacheWriteTokens'>>]: number | undefined };

/** @returns undefined unless each count is one, and the parts of the input are no more than the whole of it. */
export function usageOf({ inputTokens, outputTokens, cachedTokens, cacheWriteTokens }: Counted): ModelUsage | undefined {
  if (inputTokens === undefined || outputTokens === undefined || cachedTokens === undefined || cacheWriteTokens === undefined)
    return undefined;
  if (cachedTokens + cacheWriteTokens > inputTokens || inputTokens > most || outputTokens > most) return undefined;
  return { inputTokens, outputTokens, cachedTokens, cacheWriteTokens };
}

/** @returns undefined when one of them is. */
export function sum(...counts: ReadonlyArray<number | undefined>): number | undefined {
  return counts.reduce<number | undefined>((all, one) => (all === undefined || one === undefined ? undefined : all + one), 0);
}

/**
 * The output where a total is told too: some count thinking in the total only.
 * @returns undefined when one of them is no count.
 */
export function outputWithin(total: number | undefined, input: number | undefined, output: number | undefined): number | undefined {
  if (total === undefined || input === undefined || output === undefined) return undefined;
  return Math.max(output, total - input);
}
