import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ask } from './ask.ts';
import type { Answer, Asked, OperationId } from './operations.ts';

/** Under which an answer is kept; {@link staleBy} in `live.ts` reads it. */
export type AnswerKey = readonly [id: OperationId, asked: Asked<OperationId>, kind?: 'pages'];

export interface AnswerOptions {
  /** Asked only when true; from the beginning unless told. */
  readonly enabled?: boolean;
  /** What was answered to the question before stays until the next answer is there: for filters and searches. */
  readonly keepsPrevious?: boolean;
  /** Asked anew every so many ms, for what no event tells. */
  readonly everyMs?: number;
}

/** What the service answers, kept and asked anew when something has happened to it. */
export function useAnswer<Id extends OperationId>(
  id: Id,
  asked: Asked<Id> = {},
  { enabled = true, keepsPrevious = false, everyMs }: AnswerOptions = {},
): UseQueryResult<Answer<Id>> {
  return useQuery({
    queryKey: [id, asked],
    queryFn: async ({ signal }) => await ask(id, asked, signal),
    enabled,
    ...(keepsPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
}

/** Those that answer a part of a list. */
export type PagedId = {
  [Id in OperationId]: Answer<Id> extends { readonly items: readonly unknown[]; readonly next: string | null } ? Id : never;
}[OperationId];

type PageOf<Id extends PagedId> = Answer<Id> & { readonly items: readonly unknown[]; readonly next: string | null };

/** A list, page after page; `data` is one list of what is known of it. */
export function usePages<Id extends PagedId>(
  id: Id,
  asked: Asked<Id> = {},
  { enabled = true }: Pick<AnswerOptions, 'enabled'> = {},
): UseInfiniteQueryResult<ReadonlyArray<PageOf<Id>['items'][number]>> {
  return useInfiniteQuery({
    queryKey: [id, asked, 'pages'],
    queryFn: async ({ pageParam, signal }): Promise<PageOf<Id>> => {
      const query = { ...(asked.query as object | undefined), ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      return (await ask(id, { ...asked, query } as Asked<Id>, signal)) as PageOf<Id>;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    select: ({ pages }) => pages.flatMap((page) => page.items as ReadonlyArray<PageOf<Id>['items'][number]>),
    placeholderData: keepPreviousData,
    enabled,
  });
}
