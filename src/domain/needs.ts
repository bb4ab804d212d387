/**
 * What a task needs of whoever executes it, and what a worker has: `agent:codex` and `isolation:bubblewrap` are there or not;
 * `memoryMb>=4096` is an amount, which a worker states as `memoryMb=8192`.
 */

/** One need in words, see {@link needFault}. */
export type Need = string;

/**
 * The needs of a task as one text, the same for the same needs in whatever order; empty for a task that anybody can execute. What
 * a queue of a task is called by.
 */
export type Route = string;

/** The forge that is configured under this name, and the right to act there. */
export function forgeNeed(forge: string): Need {
  return `forge:${forge}`;
}

/** The way to tell people that is configured under this name. */
export function channelNeed(channel: string): Need {
  return `channel:${channel}`;
}

/**
 * A configuration that says how this project is deployed, and what that takes: its environments lie where this machine reaches them.
 * @param project one of its names, of the characters that a label may have.
 */
export function deployNeed(project: string): Need {
  return `deploy:${project}`;
}

/** What a worker has. */
export interface Labels {
  readonly names: ReadonlySet<string>;
  readonly amounts: ReadonlyMap<string, number>;
}

const namePattern = /^[A-Za-z][A-Za-z0-9]*(?::[A-Za-z0-9][A-Za-z0-9._-]*)?$/;
const amountPattern = /^([A-Za-z][A-Za-z0-9]*)>=(\d{1,15})$/;
const statedPattern = /^([A-Za-z][A-Za-z0-9]*)=(\d{1,15})$/;

/** The most needs that a task may have, and the most characters of each. */
export const needLimits = { count: 16, length: 100 } as const;

/** @returns what is wrong with a need, as `must be ...`; undefined when nothing is. */
export function needFault(need: string): string | undefined {
  if (need.length > needLimits.length) return `must have at most ${needLimits.length} characters`;
  if (namePattern.test(need) || amountPattern.test(need)) return undefined;
  return 'must be a label such as agent:codex, or an amount such as memoryMb>=4096';
}

/** @param needs sound ones, see {@link needFault}. */
export function routeOf(needs: readonly Need[]): Route {
  return [...new Set(needs)].toSorted().join(',');
}

/** The needs that a route stands for. */
export function needsOf(route: Route): readonly Need[] {
  return route === '' ? [] : route.split(',');
}

/** @param texts such as `agent:codex` and `memoryMb=8192`. @returns what is wrong with the first that is no label. */
export function readLabels(
  texts: readonly string[],
): { readonly kind: 'labels'; readonly labels: Labels } | { readonly kind: 'fault'; readonly label: string } {
  const names = new Set<string>();
  const amounts = new Map<string, number>();
  for (const text of texts) {
    const stated = statedPattern.exec(text);
    if (stated?.[1] !== undefined) amounts.set(stated[1], Number(stated[2]));
    else if (text.length <= needLimits.length && namePattern.test(text)) names.add(text);
    else return { kind: 'fault', label: text };
  }
  return { kind: 'labels', labels: { names, amounts } };
}

/** Whether somebody with these labels has everything that a task of this route needs. */
export function accepts({ names, amounts }: Labels, route: Route): boolean {
  return needsOf(route).every((need) => {
    const amount = amountPattern.exec(need);
    return amount?.[1] === undefined ? names.has(need) : (amounts.get(amount[1]) ?? 0) >= Number(amount[2]);
  });
}
