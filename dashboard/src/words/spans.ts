/** From when on, as it stands in the address, in days; all there is without one. */
export const spans = { '': 'all time', '1': 'the last 24 hours', '7': 'the last 7 days', '30': 'the last 30 days' } as const;
export type SpanName = keyof typeof spans;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function spanOf(word: string | undefined): SpanName {
  return (Object.keys(spans) as SpanName[]).find((each) => each === word) ?? '';
}

/** Epoch ms, to the hour, so that the same is not asked anew each second; undefined for all there is. */
export function sinceOf(span: SpanName, now: number): number | undefined {
  return span === '' ? undefined : Math.floor(now / hourMs) * hourMs - Number(span) * dayMs;
}
