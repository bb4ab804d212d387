import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useChange } from '../../api/changes.ts';
import { Button } from '../../ui/button.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import type { RunAnswer } from './run-frame.tsx';

/** Ends a run, once it was asked whether that is meant. */
export function CancelRun({ run }: { readonly run: RunAnswer }) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const cancel = useChange('cancelRun', () => 'The run is cancelled; its agents are stopped.');
  const send = (): void =>
    cancel.mutate(
      { params: { run: run.run }, body: reason.trim() === '' ? {} : { reason: reason.trim() } },
      { onSuccess: () => setOpen(false) },
    );
  return (
    <>
      <ChangeButton look="danger" onClick={() => setOpen(true)}>
        <Ban aria-hidden size={15} /> Cancel
      </ChangeButton>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title="Cancel this run?"
        about="Nothing new is started, its agents are stopped, and it cannot go on later. What it has cost so far stays spent."
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <TextField label="Reason (optional)" value={reason} maxLength={2_000} onChange={({ target }) => setReason(target.value)} />
          <div className="mt-4 flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>Let it run</Button>
            <Button look="danger" type="submit" busy={cancel.isPending}>
              Cancel the run
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
