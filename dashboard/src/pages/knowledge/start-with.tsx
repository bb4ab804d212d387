import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import type { Entry } from './entry-text.ts';
import { issueWithContext } from './entry-text.ts';

/** Starts a run whose issue has an entry beside it. */
export function StartWith({ entry, onClose }: { readonly entry: Entry; readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [repository, setRepository] = useState(entry.repository ?? '');
  const navigate = useNavigate();
  const start = useChange('startRun', ({ run }) => `${run} was started.`);
  return (
    <Dialog
      title="Start a run with this as context"
      about={`Its agents are given “${entry.title}” beside your words, as something that was learnt and is no instruction.`}
      open
      onClose={onClose}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate(
            { body: { issue: { text: issueWithContext(text, entry) }, repository: repository.trim() } },
            { onSuccess: ({ run }) => void navigate({ to: '/runs/$run', params: { run } }) },
          );
        }}
      >
        <TextArea
          label="What is to be done, in Markdown; its first line is the title"
          required
          autoFocus
          rows={6}
          maxLength={60_000}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <TextField
          label="Repository: a folder of the machine that answers, or the address of a remote"
          required
          value={repository}
          onChange={({ target }) => setRepository(target.value)}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look="main" busy={start.isPending} disabled={text.trim() === '' || repository.trim() === ''}>
            Start the run
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
