import { Pause, Play, RotateCcw } from 'lucide-react';
import { useChange } from '../../api/changes.ts';
import { ChangeButton } from '../../ui/change-button.tsx';
import { CancelRun } from './cancel-run.tsx';
import type { RunAnswer } from './run-frame.tsx';

/** What can be done with a run as it stands; what cannot be is not offered. */
export function RunActions({ run }: { readonly run: RunAnswer }) {
  const pause = useChange('pauseRun', () => 'Paused: what runs goes on to its end, and nothing new is started.');
  const resume = useChange('resumeRun', () => 'It goes on.');
  const retry = useChange('retryRun', ({ tasks }) => `${tasks === 1 ? 'One task is' : `${tasks} tasks are`} tried again.`);
  const params = { run: run.run };
  const isOpen = run.endedAt === null;
  return (
    <>
      {isOpen && !run.isPaused ? (
        <ChangeButton busy={pause.isPending} onClick={() => pause.mutate({ params, body: {} })}>
          <Pause aria-hidden size={15} /> Pause
        </ChangeButton>
      ) : undefined}
      {isOpen && run.isPaused ? (
        <ChangeButton look="main" busy={resume.isPending} onClick={() => resume.mutate({ params, body: {} })}>
          <Play aria-hidden size={15} /> Resume
        </ChangeButton>
      ) : undefined}
      {canRetry(run) ? (
        <ChangeButton busy={retry.isPending} onClick={() => retry.mutate({ params, body: {} })}>
          <RotateCcw aria-hidden size={15} /> Try again
        </ChangeButton>
      ) : undefined}
      {isOpen ? <CancelRun run={run} /> : undefined}
    </>
  );
}

function canRetry(run: RunAnswer): boolean {
  return run.state !== 'cancelled' && run.state !== 'completed' && (run.tasks['dead'] ?? 0) + (run.tasks['retry_scheduled'] ?? 0) > 0;
}
