import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { placeInWords } from './comment-box.tsx';
import type { LineComment } from './comments.ts';
import type { DiffList } from './use-patches.ts';

export interface AskForFixProps {
  readonly list: DiffList;
  readonly comments: readonly LineComment[];
  readonly onSent: () => void;
  readonly onClose: () => void;
}

/** Makes of the comments the issue of a new run, which begins with the change that they are about. */
export function AskForFix({ list, comments, onSent, onClose }: AskForFixProps) {
  const [text, setText] = useState('');
  const fix = useChange('requestFix', ({ run }) => `${run} mends it.`);
  if (fix.data !== undefined) return <Started answer={fix.data} onClose={onClose} />;
  const send = (): void =>
    fix.mutate(
      {
        params: { run: list.run },
        body: {
          task: list.task,
          world: list.b.world,
          comments: comments.map(({ path, line, side, text: said }) => ({ path, line, side, text: said })),
          ...(text.trim() === '' ? {} : { text: text.trim() }),
        },
      },
      { onSuccess: onSent },
    );
  return (
    <Dialog
      open
      title={`Have the change of ${list.b.world} changed`}
      about="A new run begins with this change and with what you say of it as its issue. Its result comes on a branch of its own, and this run stays as it is."
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {comments.length === 0 ? undefined : (
          <ul aria-label="Comments" className="mb-3 max-h-60 overflow-y-auto rounded-md border border-line" tabIndex={0}>
            {comments.map((comment) => (
              <li key={comment.id} className="border-b border-line px-3 py-2 last:border-0">
                <span className="mono text-[12px] text-muted">{placeInWords(comment)}</span>
                <p className="wrap-anywhere whitespace-pre-wrap">{comment.text}</p>
              </li>
            ))}
          </ul>
        )}
        <TextArea
          label={comments.length === 0 ? 'What should change?' : 'Anything else?'}
          rows={4}
          maxLength={20_000}
          required={comments.length === 0}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Not yet</Button>
          <Button look="main" type="submit" busy={fix.isPending} disabled={comments.length === 0 && text.trim() === ''}>
            Ask for a fix
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Started({
  answer,
  onClose,
}: {
  readonly answer: { readonly run: string; readonly branch: string; readonly notes: readonly string[] };
  readonly onClose: () => void;
}) {
  return (
    <Dialog open title="A run mends it" onClose={onClose}>
      <p>
        <Link to="/runs/$run" params={{ run: answer.run }} className="font-medium text-accent underline">
          {answer.run}
        </Link>{' '}
        has begun. Its result will be on the branch <code className="break-all">{answer.branch}</code>.
      </p>
      {answer.notes.map((note) => (
        <p key={note} className="mt-2 text-muted">
          {note}
        </p>
      ))}
    </Dialog>
  );
}
