import { useParams } from '@tanstack/react-router';
import { Overview } from './overview.tsx';
import { RunFrame } from './run-frame.tsx';

/** A run as it goes. */
export function RunPage() {
  const { run } = useParams({ from: '/runs/$run' });
  return <RunFrame run={run}>{(answer) => <Overview run={answer} />}</RunFrame>;
}
