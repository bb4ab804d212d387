import { useState } from 'react';
import { useAnswer } from '../../../api/queries.ts';
import type { LogPlace } from './use-log.ts';

export interface LogSearch {
  readonly text: string;
  readonly search: (text: string) => void;
  /** How many lines were found in the whole log; undefined while nothing is looked for or it is still looked. */
  readonly count: number | undefined;
  readonly isLooking: boolean;
  readonly found: ReadonlySet<number>;
  /** Number of the line that is looked at, and its place among those that were found, from 1. */
  readonly current: number | undefined;
  readonly place: number;
  /** @returns the number of the line that is looked at then. */
  readonly step: (by: 1 | -1) => number | undefined;
}

const nothing: readonly number[] = [];

/** Looks through a whole log, where it is: what is not shown is found too. */
export function useLogSearch({ run, log }: LogPlace): LogSearch {
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  const query = useAnswer('readLog', { params: { run, log }, query: { find: text, limit: 1 } }, { enabled: text !== '' });
  const numbers = query.data?.matches?.numbers ?? nothing;
  return {
    text,
    search: (next) => {
      setText(next);
      setPlace(0);
    },
    count: query.data?.matches?.count,
    isLooking: query.isFetching && query.data === undefined,
    found: new Set(numbers),
    current: numbers[place - 1],
    place,
    step: (by) => {
      if (numbers.length === 0) return undefined;
      const next = place === 0 && by === -1 ? numbers.length : ((place - 1 + by + numbers.length) % numbers.length) + 1;
      setPlace(next);
      return numbers[next - 1];
    },
  };
}
