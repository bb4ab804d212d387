import type { Answer } from '../../api/operations.ts';
import { useAnswer, usePages } from '../../api/queries.ts';

export type Run = Answer<'listRuns'>['items'][number];

/** What is meant of all runs, as it stands in the address. */
export interface RunFilter {
  /** States with commas between them. */
  readonly state?: string | undefined;
  readonly q?: string | undefined;
  readonly repository?: string | undefined;
}

/** How many are asked for at a time. */
const pageSize = 100;

/**
 * The runs that are meant, the newest first, those that wait for a person before all others. A run keeps its place until it waits, or has been answered.
 */
export function useRuns({ state, q, repository }: RunFilter) {
  const meant = { ...(q === undefined ? {} : { q }), ...(repository === undefined ? {} : { repository }) };
  const pages = usePages('listRuns', { query: { ...meant, limit: pageSize, ...(state === undefined ? {} : { state }) } });
  // Those that wait may be old: they are asked for apart, or they would stand below the end of what was read.
  const wantsWaiting = state === undefined || state.split(',').includes('waiting');
  const waiting = useAnswer(
    'listRuns',
    { query: { ...meant, limit: pageSize, state: 'waiting' } },
    { enabled: wantsWaiting, keepsPrevious: true },
  );
  const pinned = wantsWaiting ? (waiting.data?.items ?? []).filter(({ waitsForPerson }) => waitsForPerson) : [];
  const isPinned = new Set(pinned.map(({ run }) => run));
  return {
    pages,
    runs: pages.data === undefined ? undefined : [...pinned, ...pages.data.filter(({ run }) => !isPinned.has(run))],
    pinned: pinned.length,
  };
}
