import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';

export interface AnsweredProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** What is read, such as `the runs`. */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}

/** What the service answered; until then that it is read, or why it cannot be. What was there before stays when asking anew fails. */
export function Answered<Data>({ query, what, children }: AnsweredProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <Problem error={query.error} again={() => void query.refetch()} />;
  return <Loading what={what} />;
}
