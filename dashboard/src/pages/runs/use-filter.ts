import { getRouteApi } from '@tanstack/react-router';
import type { RunFilter } from './use-runs.ts';

const route = getRouteApi('/');

/** The filter in the address, and what changes it. What is typed does not become a step of its own to go back to. */
export function useFilter(): readonly [RunFilter, (change: RunFilter) => void] {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  return [
    filter,
    (change) => {
      const next = { ...filter, ...change };
      const search = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== ''));
      void navigate({ search, replace: true, resetScroll: false });
    },
  ];
}
