import { useParams, useSearch } from '@tanstack/react-router';
import { Refused } from '../../api/ask.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../ui/answered.tsx';
import { Empty } from '../../ui/empty.tsx';
import { RunFrame } from '../run/run-frame.tsx';
import { DiffOfRun } from './diff-of-run.tsx';

/** What worlds changed: against the base or against each other, file by file, with what people say of it. */
export function DiffPage() {
  const { run } = useParams({ from: '/runs/$run/diff' });
  return (
    <RunFrame run={run} part="Diff">
      {() => <Diff key={run} run={run} />}
    </RunFrame>
  );
}

function Diff({ run }: { readonly run: string }) {
  const { task, a, b } = useSearch({ from: '/runs/$run/diff' });
  const query = useAnswer('listDiffFiles', { params: { run }, query: { task, a, b } }, { keepsPrevious: true });
  if (query.data === undefined && query.error instanceof Refused && query.error.problem.status === 404) {
    const { title, detail } = query.error.problem;
    return (
      <Empty title={title} command={`miyabi show ${run}`}>
        {detail} It is shown here as soon as there is one.
      </Empty>
    );
  }
  return (
    <Answered query={query} what="the changed files">
      {(list) => <DiffOfRun newest={list} />}
    </Answered>
  );
}
