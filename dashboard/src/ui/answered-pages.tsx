import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';

export interface AnsweredPagesProps<Item> {
  readonly pages: UseInfiniteQueryResult<readonly Item[]>;
  /** What is read, such as `the runs`. */
  readonly what: string;
  readonly children: (items: readonly Item[]) => ReactNode;
}

/** A list as far as it was read, and a way to the rest; until then that it is read, or why it cannot be. */
export function AnsweredPages<Item>({ pages, what, children }: AnsweredPagesProps<Item>) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  if (data === undefined) return error === null ? <Loading what={what} /> : <Problem error={error} again={() => void refetch()} />;
  return (
    <>
      {children(data)}
      {hasNextPage ? (
        <div className="mt-4 flex justify-center">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : undefined}
    </>
  );
}
