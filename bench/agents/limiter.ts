import { nextTurn, windowEnd } from '../../src/domain/rate-window.ts';
import type { GivenTurn, RateLimit } from '../../src/domain/rate-window.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { join } from 'node:path';
import { measurement } from '../support/child.ts';
import { atLeast, atMost, figure } from '../support/figures.ts';
import type { Figure } from '../support/figures.ts';
import type { Part } from '../support/parts.ts';

/** As they are by default. */
const limit: RateLimit = { requests: 50, tokens: 40_000, windowMs: 60_000 };

/** Sizes of calls in tokens; there is always one that waits. */
const demands: Readonly<Record<string, (call: number) => number>> = {
  'requests decide': () => 100,
  'tokens decide': () => 2_000,
  'calls of all sizes': (call) => sizes[call % sizes.length] ?? 0,
};
/** From 50 to 16,000, most of them small, a few larger than half of the limit; 997 of them, without any order. */
const sizes = Array.from({ length: 997 }, (_, index) => {
  const share = ((index * 7_919) % 997) / 997;
  return Math.round(50 + 16_000 * share ** 4 + (index % 331 === 0 ? 9_000 : 0));
});

/** The limits of providers, in simulated time: what the rule gives, and what it costs to ask the store for it. */
export const limiter: Part = {
  name: 'limiter',
  measure: async (bench) => {
    const permits = bench.quick ? 2_000 : 10_000;
    const simulated = Object.entries(demands).flatMap(([name, sizeOf]) => demandFigures(name, simulate(permits, sizeOf), sizeOf));
    const stored = await bench.measure(storedTurns, { permits: bench.quick ? 300 : 2_000 });
    return { figures: [...simulated, ...storedFigures(stored)] };
  },
};

/** Asks as soon as the turn before has come, by the rule alone. */
function simulate(permits: number, sizeOf: (call: number) => number): readonly GivenTurn[] {
  const given: GivenTurn[] = [];
  let first = 0;
  for (let call = 0; call < permits; call += 1) {
    const last = given.at(-1)?.at;
    const { end, after } = windowEnd({ now: last ?? 0, last, heldUntil: undefined }, limit.windowMs);
    while ((given[first]?.at ?? Infinity) <= after) first += 1;
    const inside = given.slice(first);
    const tokens = inside.reduce((sum, turn) => sum + turn.tokens, 0);
    const window = { end, requests: inside.length, tokens, last: inside.at(-1)?.at };
    const turn = nextTurn(window, inside, sizeOf(call), limit);
    if (turn === undefined) throw new Error('A window that everything has left has room.');
    given.push({ at: turn.at, tokens: sizeOf(call) });
  }
  return given;
}

function demandFigures(name: string, given: readonly GivenTurn[], sizeOf: (call: number) => number): readonly Figure[] {
  const fullest = fullestWindow(given);
  const took = (given.at(-1)?.at ?? 0) - (given[0]?.at ?? 0);
  const best = soonest(given.length, sizeOf);
  const all = `${given.length} permits in ${(took / 3_600_000).toFixed(1)} simulated hours; ${name}`;
  return [
    figure(`limiter: fullest window, ${name}`, fullest.share, 'of a limit', {
      goal: atMost(1),
      detail: `at most ${fullest.requests} requests and ${fullest.tokens} tokens in any 60 s; ${all}`,
    }),
    figure(`limiter: rate, ${name}`, (100 * best) / took, '% of the best', {
      goal: atLeast(99),
      detail: `the best by looking at every window anew: ${(best / 1000).toFixed(0)} s, ours ${(took / 1000).toFixed(0)} s`,
    }),
  ];
}

/** Of all windows that end with a turn; no other can be fuller. */
function fullestWindow(given: readonly GivenTurn[]): { readonly requests: number; readonly tokens: number; readonly share: number } {
  const ordered = given.toSorted((one, other) => one.at - other.at);
  const most = { requests: 0, tokens: 0 };
  let [first, tokens] = [0, 0];
  for (const [index, turn] of ordered.entries()) {
    tokens += turn.tokens;
    for (; (ordered[first]?.at ?? Infinity) <= turn.at - limit.windowMs; first += 1) tokens -= ordered[first]?.tokens ?? 0;
    most.requests = Math.max(most.requests, index - first + 1);
    most.tokens = Math.max(most.tokens, tokens);
  }
  return { ...most, share: Math.max(most.requests / limit.requests, most.tokens / limit.tokens) };
}

/**
 * The shortest time (ms) in which such calls can be made in their order, found without the rule: each as early as it can be, by trying every
 * moment at which something leaves a window, and by counting all turns of the window anew each time.
 */
function soonest(calls: number, sizeOf: (call: number) => number): number {
  const given: GivenTurn[] = [];
  for (let call = 0; call < calls; call += 1) {
    const from = given.at(-1)?.at ?? 0;
    const recent = given.slice(-limit.requests - 1);
    const moments = [from, ...recent.map(({ at }) => at + limit.windowMs).filter((at) => at > from)];
    const fits = (moment: number): boolean => {
      const inside = recent.filter(({ at }) => at > moment - limit.windowMs);
      return inside.length < limit.requests && inside.reduce((sum, { tokens }) => sum + tokens, 0) + sizeOf(call) <= limit.tokens;
    };
    given.push({ at: moments.find(fits) ?? Number.NaN, tokens: sizeOf(call) });
  }
  return (given.at(-1)?.at ?? 0) - (given[0]?.at ?? 0);
}

interface StoredTurns {
  readonly given: readonly GivenTurn[];
  /** For each permit. */
  readonly cpuMs: number;
  readonly ms: number;
}

/** The same demand through the ledger, on a clock that goes on to each turn as it comes; what a call came to is told as it is in the product. */
const storedTurns = measurement(import.meta, async ({ permits }: { readonly permits: number }, folder): Promise<StoredTurns> => {
  let now = Date.UTC(2026, 10, 21);
  const clock = { now: () => now, monotonic: () => performance.now() };
  const database = await openDatabase(join(folder, 'miyabi.db'), { clock, ids: systemIds });
  const { rates } = database.ledger;
  const given: GivenTurn[] = [];
  const sizeOf = demands['calls of all sizes']!;
  const before = process.cpuUsage();
  const begun = performance.now();
  for (let call = 0; call < permits; call += 1) {
    const permit = await rates.take('bench:key', sizeOf(call), limit);
    given.push({ at: permit.at, tokens: sizeOf(call) });
    now = Math.max(now, permit.at);
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (performance.now() - begun) / permits;
  await database.close();
  return { given, cpuMs: (user + system) / 1000 / permits, ms };
});

function storedFigures({ given, cpuMs, ms }: StoredTurns): readonly Figure[] {
  const fullest = fullestWindow(given);
  const took = (given.at(-1)?.at ?? 0) - (given[0]?.at ?? 0);
  const best = soonest(given.length, demands['calls of all sizes']!);
  return [
    figure('limiter in the store: fullest window', fullest.share, 'of a limit', {
      goal: atMost(1),
      detail: `at most ${fullest.requests} requests and ${fullest.tokens} tokens in any 60 s; ${given.length} permits`,
    }),
    figure('limiter in the store: rate', (100 * best) / took, '% of the best', { goal: atLeast(99) }),
    figure('limiter in the store: CPU of a permit', cpuMs, 'ms', { detail: `${ms.toPrecision(3)} ms each, its durable commit included` }),
  ];
}
