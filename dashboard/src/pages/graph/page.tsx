import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Table2, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { Refused } from '../../api/ask.ts';
import { useAnswer } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Problem } from '../../ui/problem.tsx';
import type { RunAnswer } from '../run/run-frame.tsx';
import { RunFrame } from '../run/run-frame.tsx';
import { useAllPages } from '../run/use-all-pages.ts';
import { GraphCanvas } from './graph-canvas.tsx';
import { runGraph } from './graph-model.ts';
import { GraphTable } from './graph-table.tsx';
import { inWaves } from './graph-waves.ts';

/** What a run is made of, and what needs what. */
export function GraphPage() {
  const { run } = useParams({ from: '/runs/$run/graph' });
  return (
    <RunFrame run={run} part="Graph">
      {(answer) => <GraphOfRun run={answer} />}
    </RunFrame>
  );
}

function GraphOfRun({ run: { run } }: { readonly run: RunAnswer }) {
  const { view } = useSearch({ from: '/runs/$run/graph' });
  const navigate = useNavigate({ from: '/runs/$run/graph' });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const params = { run };
  const tasks = useAllPages('listTasks', { params, query: { limit: 100 } });
  const worlds = useAnswer('listWorlds', { params });
  const plan = useAnswer('readPlan', { params });
  const isPlanRead = plan.data !== undefined || plan.error instanceof Refused;
  const error = tasks.query.error ?? (isPlanRead ? null : plan.error);
  if (error !== null) return <Problem error={error} />;
  if (tasks.query.data === undefined || !isPlanRead) return <Loading what="the graph" />;
  const whole = runGraph({
    tasks: tasks.items,
    worlds: worlds.data?.items ?? [],
    plan: plan.data?.plan.tasks ?? [],
    criticalPath: plan.data?.criticalPath ?? [],
  });
  const graph = inWaves(whole, open);
  if (whole.nodes.length === 0)
    return (
      <Empty title="There is nothing to show yet." command={`miyabi watch ${run}`}>
        The parts of a run are here as soon as somebody carries it.
      </Empty>
    );
  const isTable = view === 'table';
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted">
          {plan.data === undefined
            ? 'It is not planned yet.'
            : `${plan.data.plan.tasks.length === 1 ? 'One task' : `${plan.data.plan.tasks.length} tasks`}; the longest chain is expected to take ${plan.data.criticalMinutes} min.`}
        </p>
        <Button small onClick={() => void navigate({ search: isTable ? {} : { view: 'table' }, replace: true, resetScroll: false })}>
          {isTable ? <Waypoints aria-hidden size={14} /> : <Table2 aria-hidden size={14} />}
          {isTable ? 'As a graph' : 'As a table'}
        </Button>
      </div>
      {isTable ? (
        <GraphTable run={run} graph={whole} />
      ) : (
        <GraphCanvas run={run} graph={graph} onOpen={(group) => setOpen((before) => new Set([...before, group]))} />
      )}
    </>
  );
}
