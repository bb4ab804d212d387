/** What rows of the cost stand for, in the order in which they are offered. */
export const groupings = ['run', 'world', 'model', 'purpose', 'day', 'month'] as const;
export type Grouping = (typeof groupings)[number];

export const groupingNames: Readonly<Record<Grouping, string>> = {
  run: 'Run',
  world: 'World',
  model: 'Model',
  purpose: 'Purpose',
  day: 'Day',
  month: 'Month',
};

const dayMs = 86_400_000;

export function groupingOf(word: string | undefined): Grouping {
  return groupings.find((each) => each === word) ?? 'run';
}

/** Epoch ms at which the day (UTC) began. */
export function beginningOfDay(now: number): number {
  return Math.floor(now / dayMs) * dayMs;
}
