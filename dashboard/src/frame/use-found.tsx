import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useDeferredValue } from 'react';
import { useAnswer } from '../api/queries.ts';
import { State } from '../ui/state.tsx';
import { useKeysThatWork } from '../ui/use-keys.ts';
import { places } from './places.ts';
import { chooseTheme, themeChoices } from './theme.ts';
import { useSignOut } from './use-sign-out.ts';

/** Something that is found by its name. */
export interface FoundItem {
  readonly id: string;
  readonly shown: ReactNode;
  /** That do the same. */
  readonly keys?: string;
  readonly run: () => unknown;
}

export interface Found {
  readonly heading: string;
  readonly items: readonly FoundItem[];
}

/** What is called so, in a fixed order of kinds: what is known here before what the service has to find. */
export function useFound(text: string): readonly Found[] {
  const wanted = text.trim().toLowerCase();
  const isMeant = (name: string): boolean => name.toLowerCase().includes(wanted);
  const all = [usePlacesFound(isMeant), useQuestionsFound(isMeant), useActionsFound(isMeant), useRunsFound(text.trim())];
  return all.filter(({ items }) => items.length > 0);
}

type IsMeant = (name: string) => boolean;

function usePlacesFound(isMeant: IsMeant): Found {
  const navigate = useNavigate();
  const items = places
    .filter(({ name }) => isMeant(name))
    .map(({ to, name, icon: Icon, key }) => ({
      id: `page ${name}`,
      keys: `g ${key}`,
      run: async () => await navigate({ to }),
      shown: (
        <>
          <Icon aria-hidden size={16} className="text-muted" />
          {name}
        </>
      ),
    }));
  return { heading: 'Pages', items };
}

function useQuestionsFound(isMeant: IsMeant): Found {
  const navigate = useNavigate();
  const { data } = useAnswer('listEscalations', { query: { limit: 100 } });
  const items = (data?.items ?? [])
    .filter(({ question, issue }) => isMeant(`${question} ${issue}`))
    .slice(0, 5)
    .map(({ id, question, issue }) => ({
      id: `question ${id}`,
      run: async () => await navigate({ to: '/inbox', search: { question: id } }),
      shown: (
        <>
          <span className="min-w-0 flex-1 truncate">{question}</span>
          <span className="max-w-48 truncate text-muted">{issue}</span>
        </>
      ),
    }));
  return { heading: 'Questions', items };
}

function useActionsFound(isMeant: IsMeant): Found {
  const signOut = useSignOut();
  const keys = useKeysThatWork()
    .filter(([name, { does }]) => !name.startsWith('g ') && isMeant(does))
    .map(([name, { does, run }]) => ({ id: `do ${name}`, keys: name, shown: does, run }));
  const themes = themeChoices
    .map((choice) => ({ id: `theme ${choice}`, shown: `Theme: ${choice}`, run: () => chooseTheme(choice) }))
    .filter(({ shown }) => isMeant(shown));
  const others = [{ id: 'sign out', shown: 'Sign out', run: signOut }].filter(({ shown }) => isMeant(shown));
  return { heading: 'Do', items: [...keys, ...themes, ...others] };
}

/** The newest ones, or those that the service finds. */
function useRunsFound(text: string): Found {
  const navigate = useNavigate();
  const q = useDeferredValue(text);
  const { data } = useAnswer('listRuns', { query: { limit: 6, ...(q === '' ? {} : { q }) } }, { keepsPrevious: true });
  const items = (data?.items ?? []).map(({ run, title, state }) => ({
    id: `run ${run}`,
    run: async () => await navigate({ to: '/runs/$run', params: { run } }),
    shown: (
      <>
        <State state={state} quiet />
        <span className="min-w-0 flex-1 truncate">{title}</span>
        <span className="mono text-muted">{run}</span>
      </>
    ),
  }));
  return { heading: 'Runs', items };
}
