import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Problem } from '../../ui/problem.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import { useMay } from '../../ui/use-may.ts';
import { Filters } from './filters.tsx';
import { RunList } from './run-list.tsx';
import { useChosen } from './use-chosen.ts';
import { useFilter } from './use-filter.ts';
import { useRuns } from './use-runs.ts';

const Bulk = lazy(async () => ({ default: (await import('./bulk.tsx')).Bulk }));
const NewRun = lazy(async () => ({ default: (await import('./new-run.tsx')).NewRun }));

/** All runs: which need somebody, how each stands, what it costs. */
export function RunsPage() {
  const [filter, change] = useFilter();
  const { pages, runs, pinned } = useRuns(filter);
  const [current, setCurrent] = useState(-1);
  const [isNew, setIsNew] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const may = useMay('operate');
  const { chosen, hasChosen, choose, chooseAll, clear } = useChosen();
  const shown = runs ?? [];
  const at = shown[Math.min(current, shown.length - 1)];
  const step = (by: number) => (): void => setCurrent((index) => Math.max(0, Math.min(shown.length - 1, index + by)));
  useKeys({
    j: { does: 'Next run', run: step(1) },
    k: { does: 'Run before', run: step(-1) },
    Enter: {
      does: 'Open the run',
      run: () => (at === undefined ? undefined : void navigate({ to: '/runs/$run', params: { run: at.run } })),
    },
    x: { does: 'Choose the run', run: () => (at === undefined ? undefined : choose(at.run, !chosen.has(at.run))) },
    '/': { does: 'Search runs', run: () => search.current?.focus() },
    ...(may.disabled ? {} : { n: { does: 'New run', run: () => setIsNew(true) } }),
  });
  return (
    <Page
      title="Runs"
      {...(pinned === 0 ? {} : { about: `${pinned === 1 ? '1 waits' : `${pinned} wait`} for you` })}
      actions={
        <Button look="main" {...may} onClick={() => setIsNew(true)}>
          <Plus aria-hidden size={16} />
          New run
        </Button>
      }
    >
      <Filters filter={filter} onChange={change} search={search} repositories={shown.map(({ repository }) => repository)} />
      {runs === undefined ? (
        pages.error === null ? (
          <Loading what="the runs" />
        ) : (
          <Problem error={pages.error} again={() => void pages.refetch()} />
        )
      ) : runs.length === 0 ? (
        <NoRuns
          isFiltered={Object.values(filter).some((value) => value !== undefined)}
          onAll={() => change({ state: '', q: '', repository: '' })}
        />
      ) : (
        <RunList
          runs={runs}
          current={Math.min(current, runs.length - 1)}
          chosen={chosen}
          onChoose={choose}
          onChooseAll={(isChosen) => chooseAll(isChosen ? runs.map(({ run }) => run) : [])}
          onNearEnd={() => {
            if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
          }}
        />
      )}
      <Suspense>
        {hasChosen ? <Bulk chosen={shown.filter(({ run }) => chosen.has(run)).map(({ run }) => run)} onClear={clear} /> : undefined}
      </Suspense>
      <Suspense>{isNew ? <NewRun repository={shown[0]?.repository ?? ''} onClose={() => setIsNew(false)} /> : undefined}</Suspense>
    </Page>
  );
}

function NoRuns({ isFiltered, onAll }: { readonly isFiltered: boolean; readonly onAll: () => void }) {
  if (!isFiltered) {
    return (
      <Empty title="Nothing has been run yet." command="miyabi demo">
        This repairs a real defect of an example in five worlds, without any key. For an issue of your own: <code>miyabi run ISSUE.md</code>
      </Empty>
    );
  }
  return (
    <Empty title="No run is like this.">
      <Button className="mt-3" onClick={onAll}>
        Show all runs
      </Button>
    </Empty>
  );
}
