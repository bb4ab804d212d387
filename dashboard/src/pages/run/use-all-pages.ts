import { useEffect } from 'react';
import type { Asked } from '../../api/operations.ts';
import type { PagedId } from '../../api/queries.ts';
import { usePages } from '../../api/queries.ts';

/** Rows that are read without being asked for. */
const atOnce = 600;

/** A list as a whole, up to so many rows that reading them is felt by nobody; more of it is read when somebody asks. */
export function useAllPages<Id extends PagedId>(id: Id, asked: Asked<Id>) {
  const query = usePages(id, asked);
  const { data: items = [], hasNextPage, isFetching, fetchNextPage, isFetchNextPageError } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError && items.length < atOnce) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, items.length, fetchNextPage]);
  return {
    query,
    items,
    /** Whether there is more that is only read when it is asked for. */
    hasMore: hasNextPage && items.length >= atOnce,
    isReadingMore: query.isFetchingNextPage,
    readMore: () => void fetchNextPage(),
  };
}
