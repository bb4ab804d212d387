import { describeMachine } from './machine.ts';

/** One measured value of a benchmark. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Such as `ms`, `%`, `candidates/CPU-s`; `ratio` for a quotient. */
  readonly unit: string;
  /** What was asked for, such as `<= 1.5`; null for a figure that is only of interest. */
  readonly goal: string | null;
  /** Whether the goal was met; null without a goal. */
  readonly holds: boolean | null;
  /** How it came about: number of runs, spread, what it is made of. */
  readonly detail: string;
}

/** What was not measured, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** A limit that a figure is held against. */
export interface Goal {
  readonly comparison: '<=' | '>=';
  readonly limit: number;
}

export function atMost(limit: number): Goal {
  return { comparison: '<=', limit };
}

export function atLeast(limit: number): Goal {
  return { comparison: '>=', limit };
}

/** Holds a value against its goal. The value is kept unrounded: what is printed may not decide. */
export function figure(
  name: string,
  value: number,
  unit: string,
  options: { readonly goal?: Goal; readonly detail?: string } = {},
): Figure {
  const { goal, detail = '' } = options;
  if (goal === undefined) return { name, value, unit, goal: null, holds: null, detail };
  const holds = goal.comparison === '<=' ? value <= goal.limit : value >= goal.limit;
  return { name, value, unit, goal: `${goal.comparison} ${goal.limit}`, holds, detail };
}

/**
 * Prints the figures of a benchmark: a table for people, and with `json` one object as the last line, the same
 * for every benchmark. A goal that was missed is printed, not thrown: a benchmark measures, it does not judge.
 */
export function report(
  bench: string,
  figures: readonly Figure[],
  options: { readonly json: boolean; readonly skipped?: readonly Skipped[] },
): void {
  const { skipped = [] } = options;
  const machine = describeMachine();
  console.log(`\n${bench} on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}`);
  for (const line of table(figures)) console.log(line);
  for (const { name, reason } of skipped) console.log(`  ${name}: not measured. ${reason}`);
  if (options.json) console.log(JSON.stringify({ bench, machine, figures, ...(skipped.length === 0 ? {} : { skipped }) }));
}

function table(figures: readonly Figure[]): readonly string[] {
  const rows = figures.map((one) => [one.name, `${shown(one.value)} ${one.unit}`, verdict(one), one.detail]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(
    (row) =>
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
  );
}

function verdict(one: Figure): string {
  if (one.goal === null) return '';
  return `${one.goal} ${one.holds === true ? 'holds' : 'MISSED'}`;
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}
