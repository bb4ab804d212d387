import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import type { Answer } from '../../api/operations.ts';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import type { OpenQuestion } from './question-words.ts';
import { actionLabel } from './question-words.ts';

export interface FixDialogProps {
  readonly question: OpenQuestion;
  readonly onClose: () => void;
  readonly onAnswered?: (questions: readonly OpenQuestion[]) => void;
}

/** Two ways to have a change changed: by one's own hand, or by an agent that is told what should be otherwise. */
export function FixDialog(props: FixDialogProps) {
  const byHand = actionLabel(props.question, 'manual_fix');
  return (
    <Dialog title="Have it changed" about={props.question.question} open onClose={props.onClose}>
      <div className="space-y-6">
        <ByAgent {...props} />
        {byHand === undefined ? undefined : <ByHand {...props} />}
      </div>
    </Dialog>
  );
}

/** Starts a run on top of the change. The question goes on waiting. */
function ByAgent({ question, onClose }: FixDialogProps) {
  const [text, setText] = useState('');
  const request = useChange('requestFix', ({ run }) => `${run} was started with what you said. The question still waits for an answer.`);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        request.mutate({ params: { run: question.run }, body: { text: text.trim() } }, { onSuccess: onClose });
      }}
    >
      <TextArea
        label="Tell an agent what should be otherwise"
        required
        autoFocus
        rows={4}
        maxLength={20_000}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <p className="mt-1 text-muted">
        A new run begins on top of the change that won, with these words as its issue. Its result comes on a branch of its own; this
        question still waits.
      </p>
      <div className="mt-2 flex justify-end">
        <Button type="submit" look="main" busy={request.isPending} disabled={text.trim() === ''}>
          Start a run with it
        </Button>
      </div>
    </form>
  );
}

/** Checks the branch out into a folder, and hands back what was changed there. */
function ByHand({ question, onClose, onAnswered }: FixDialogProps) {
  const [opened, setOpened] = useState<Answer<'startFix'>>();
  const params = { escalation: question.id };
  const start = useChange('startFix', ({ isKnown }) => (isKnown ? 'It was checked out before.' : 'The branch is checked out.'));
  const finish = useChange('finishFix', ({ kind }) =>
    kind === 'unchanged' ? 'Nothing was changed, so nothing is answered.' : 'Handed back.',
  );
  const abandon = useChange('abandonFix', ({ kept }) => (kept === null ? 'Given up; the folder is gone.' : `Given up; ${kept} stays.`));
  if (opened === undefined)
    return (
      <div className="border-t border-line pt-4">
        <p className="mb-2">Or mend it by hand: the branch is checked out into a folder of the machine that answers.</p>
        <Button busy={start.isPending} onClick={() => start.mutate({ params, body: {} }, { onSuccess: setOpened })}>
          {actionLabel(question, 'manual_fix')}
        </Button>
      </div>
    );
  const taken = ({ kind }: Answer<'finishFix'>): void => {
    if (kind === 'unchanged') return;
    onAnswered?.([question]);
    onClose();
  };
  return (
    <div className="space-y-3 border-t border-line pt-4">
      <p>The branch lies in this folder. What is in it was written by agents: look before you run it.</p>
      <Command text={`cd ${opened.directory}`} />
      <p className="text-muted">What you change becomes one commit on the branch, and is the answer to the question.</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button busy={abandon.isPending} onClick={() => abandon.mutate({ params }, { onSuccess: () => setOpened(undefined) })}>
          Give it up
        </Button>
        <Button look="main" busy={finish.isPending} onClick={() => finish.mutate({ params, body: {} }, { onSuccess: taken })}>
          Hand it back
        </Button>
      </div>
    </div>
  );
}
