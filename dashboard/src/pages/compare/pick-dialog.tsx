import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { useAnswer } from '../../api/queries.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import type { ChosenTask } from './score-rows.ts';

export interface PickDialogProps {
  readonly run: string;
  readonly task: ChosenTask;
  readonly world: string;
  readonly onClose: () => void;
}

/** Asks why, says what will happen, and takes a world. */
export function PickDialog({ run, task: { id, choice }, world, onClose }: PickDialogProps) {
  const [reason, setReason] = useState('');
  const questions = useAnswer('listEscalations', { query: { limit: 100 } });
  const details = useAnswer('readRun', { params: { run } });
  const pick = useChange('pickWorld', ({ kind }) =>
    kind === 'answered' ? `The run goes on with ${world}.` : `A run hands ${world} over.`,
  );
  const isAsked = questions.data?.items.some((question) => question.kind === 'choice' && question.run === details.data?.run) === true;
  if (pick.data?.kind === 'handed-over')
    return (
      <Dialog open title={`${world} is handed over`} onClose={onClose}>
        <p>
          <Link to="/runs/$run" params={{ run: pick.data.handover }} className="font-medium text-accent underline">
            {pick.data.handover}
          </Link>{' '}
          writes the branch <code className="break-all">{pick.data.branch}</code>.
        </p>
      </Dialog>
    );
  return (
    <Confirm
      open
      look="main"
      title={`Pick ${world}`}
      about={aboutPick(world, choice.winner, isAsked)}
      action={`Pick ${world}`}
      busy={pick.isPending}
      onClose={onClose}
      onConfirm={() =>
        pick.mutate(
          { params: { run }, body: { world, task: id, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) } },
          { onSuccess: ({ kind }) => (kind === 'answered' ? onClose() : undefined) },
        )
      }
    >
      <Against choice={choice} world={world} />
      <TextArea
        label="Why this one?"
        placeholder="Kept with your choice, and shown wherever it is explained."
        maxLength={2_000}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
    </Confirm>
  );
}

function aboutPick(world: string, winner: string | null, isAsked: boolean): string {
  if (isAsked) return `The run waits for this answer, and goes on with the change of ${world}.`;
  const stays = winner === null ? 'This run stays as it is.' : `What was handed over of ${winner} stays as it is.`;
  return `The choice has been made. A run of its own hands the change of ${world} over as a branch. ${stays}`;
}

function Against({ choice, world }: Pick<PickDialogProps, 'world'> & { readonly choice: ChosenTask['choice'] }) {
  const reasons = choice.whyNot.find((each) => each.world === world)?.reasons ?? [];
  if (reasons.length === 0) return undefined;
  return (
    <div className="mb-3">
      <p className="font-medium">Why it was not chosen</p>
      <ul className="list-disc pl-5 text-muted">
        {reasons.map((reason) => (
          <li key={reason} className="wrap-anywhere">
            {reason}
          </li>
        ))}
      </ul>
    </div>
  );
}
