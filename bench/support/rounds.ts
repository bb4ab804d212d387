import { median } from './statistics.ts';

type Sides = Readonly<Record<string, () => Promise<unknown>>>;
type Rounds<Of extends Sides> = { readonly [Side in keyof Of]: readonly Awaited<ReturnType<Of[Side]>>[] };

/** With fewer, a median says nothing. */
const fewestRounds = 3;

/**
 * Takes the sides in turns, every other round backwards, so that a disk or a neighbour that is slow for a while meets all of
 * them alike. Past `budgetMs` no further round is begun, once there are three.
 */
export async function inTurns<Of extends Sides>(
  sides: Of,
  options: {
    readonly rounds: number;
    readonly budgetMs?: number;
    /** Taken before each round. */
    readonly before?: () => Promise<void>;
  },
): Promise<Rounds<Of>> {
  const since = performance.now();
  const results = new Map<string, unknown[]>(Object.keys(sides).map((side) => [side, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    if (round >= fewestRounds && performance.now() - since > (options.budgetMs ?? Infinity)) break;
    await options.before?.();
    const order = Object.entries(sides);
    for (const [side, take] of round % 2 === 0 ? order : order.toReversed()) results.get(side)?.push(await take());
  }
  return Object.fromEntries(results) as unknown as Rounds<Of>;
}

/** How a median came about, in words. */
export function spread(values: readonly number[], unit = ''): string {
  const show = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString());
  return `median of ${values.length}, ${show(Math.min(...values))} to ${show(Math.max(...values))}${unit === '' ? '' : ` ${unit}`}`;
}

/** The median of the quotients, round by round. */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}
