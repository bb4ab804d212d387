import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import type { Answer } from '../../api/operations.ts';
import { usePages } from '../../api/queries.ts';
import { AnsweredPages } from '../../ui/answered-pages.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Moment } from '../../ui/moment.tsx';
import { kindWords, scopeWords } from './question-words.ts';

type Standing = Answer<'listStandingAnswers'>['items'][number];

/** Answers that hold for later questions, each until it is revoked. */
export function StandingTab() {
  const pages = usePages('listStandingAnswers');
  const [revoking, setRevoking] = useState<Standing>();
  const revoke = useChange('revokeStandingAnswer', () => 'It stands no more: from the next question on somebody is asked.');
  return (
    <AnsweredPages pages={pages} what="the answers that stand">
      {(items) => (
        <>
          {items.length === 0 ? (
            <Empty title="No answer stands." command="miyabi approve last --for run">
              An approval may hold for later questions of its kind, in its run or in its whole repository. Such answers are listed here, and
              can be taken back.
            </Empty>
          ) : (
            <ul aria-label="Answers that stand" className="divide-y divide-line rounded-lg border border-line bg-surface">
              {items.map((each) => (
                <Item key={each.id} standing={each} onRevoke={() => setRevoking(each)} />
              ))}
            </ul>
          )}
          <Confirm
            title="Take this answer back?"
            about="From the next question on somebody is asked again. What was answered by it stays so."
            action="Take it back"
            open={revoking !== undefined}
            busy={revoke.isPending}
            onClose={() => setRevoking(undefined)}
            onConfirm={() =>
              revoking === undefined
                ? undefined
                : revoke.mutate({ params: { answer: revoking.id } }, { onSettled: () => setRevoking(undefined) })
            }
          />
        </>
      )}
    </AnsweredPages>
  );
}

function Item({ standing, onRevoke }: { readonly standing: Standing; readonly onRevoke: () => void }) {
  const { kind, scope, run, question, repository, by, reason, at } = standing;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-semibold">
          Yes · {kindWords[kind]} · {scope === 'run' ? 'for one run' : 'always'}
        </p>
        <p className="wrap-anywhere">{scopeWords(scope, [kind], [run])}</p>
        <p className="break-all text-muted">{repository}</p>
        <p className="mt-1 wrap-anywhere text-muted">
          {by} said so <Moment at={at} /> in{' '}
          <Link to="/runs/$run" params={{ run }} className="underline">
            {run}
          </Link>{' '}
          to: {question}
          {reason === null ? '' : ` “${reason}”`}
        </p>
      </div>
      <ChangeButton small look="danger" onClick={onRevoke}>
        Take it back
      </ChangeButton>
    </li>
  );
}
