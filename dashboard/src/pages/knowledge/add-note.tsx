import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';

/** Keeps a note for later runs and people. */
export function AddNote({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [paths, setPaths] = useState('');
  const [labels, setLabels] = useState('');
  const add = useChange('addNote', ({ removed }) => (removed === 0 ? 'Kept.' : `Kept, without ${removed} secrets that were in it.`));
  return (
    <Dialog
      title="Add a note"
      about="Runs that are about something alike are told of it. The same note again replaces it."
      open
      onClose={onClose}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate({ body: { text, paths: listed(paths), labels: listed(labels) } }, { onSuccess: onClose });
        }}
      >
        <TextArea
          label="Note, in Markdown; its first line is the title"
          required
          autoFocus
          rows={6}
          maxLength={65_536}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <TextField
          label="Paths that it is about (optional, with commas)"
          placeholder="src/cart.js, src/prices.js"
          value={paths}
          onChange={({ target }) => setPaths(target.value)}
        />
        <TextField label="Labels (optional, with commas)" value={labels} onChange={({ target }) => setLabels(target.value)} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look="main" busy={add.isPending} disabled={text.trim() === ''}>
            Keep the note
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
