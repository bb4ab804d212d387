/**
 * Why something was ended before its time. `same-error`: a world whose agent ran into the same error again and again. `no-pass`, `no-build`: a
 * check whose tests or build came to nothing for long. `cost`: a budget. `unbeatable`: another world has all that can be had.
 */
export const earlyRules = ['same-error', 'no-pass', 'no-build', 'cost', 'unbeatable'] as const;
export type EarlyRule = (typeof earlyRules)[number];

/** A decision to end something early, as it is kept and shown. */
export interface EarlyEnd {
  readonly rule: EarlyRule;
  /** For people, a sentence without its full stop. */
  readonly reason: string;
}

/** Watches what an agent's tools come to. */
export interface ErrorWatch {
  /**
   * @param failure what went wrong; undefined for what went well.
   * @returns how often the same went wrong in a row, this time included, and the end when this was once too often.
   */
  see(failure: string | undefined): { readonly times: number; readonly end: EarlyEnd | undefined };
}

/** @param most the same error so often in a row ends the world. */
export function watchErrors(most: number): ErrorWatch {
  let last: string | undefined;
  let times = 0;
  return {
    see(failure) {
      const error = failure === undefined ? undefined : sameness(failure);
      times = error === undefined ? 0 : error === last ? times + 1 : 1;
      last = error;
      if (failure === undefined || times < most) return { times, end: undefined };
      const reason = `the same error ${times} times in a row: ${failure.trim().split('\n')[0]!.slice(0, 200)}`;
      return { times, end: { rule: 'same-error', reason } };
    },
  };
}

/** What is different each time says nothing: numbers (times, lines, process ids), addresses in memory, and spaces. */
function sameness(failure: string): string {
  return failure
    .replaceAll(/0x[\da-f]+|\d+/gi, '0')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
