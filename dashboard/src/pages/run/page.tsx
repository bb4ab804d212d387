import { useParams } from '@tanstack/react-router';
import { RunFrame } from './run-frame.tsx';

export function RunPage() {
  const { run } = useParams({ from: '/runs/$run' });
  return <RunFrame run={run}>{() => undefined}</RunFrame>;
}
