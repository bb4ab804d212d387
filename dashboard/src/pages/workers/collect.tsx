import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { say } from '../../ui/say.ts';
import { ask } from '../../api/ask.ts';
import type { Answer } from '../../api/operations.ts';
import { Button } from '../../ui/button.tsx';
import { ChangeButton } from '../../ui/change-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Problem } from '../../ui/problem.tsx';
import { bytes } from '../../words/bytes.ts';

type Collected = Answer<'collectGarbage'>;

/** Removes what nothing needs: first it is told what that is, then it is done. */
export function Collect() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ChangeButton onClick={() => setOpen(true)}>
        <Trash2 aria-hidden size={15} /> Collect garbage
      </ChangeButton>
      {isOpen ? <CollectDialog onClose={() => setOpen(false)} /> : undefined}
    </>
  );
}

function CollectDialog({ onClose }: { readonly onClose: () => void }) {
  const [hours, setHours] = useState('');
  const look = useCollect();
  const remove = useCollect();
  const asked = hours.trim() === '' ? {} : { olderThanHours: Number(hours) };
  const done = ({ bytes: size, folders }: Collected): void => {
    say.success(folders.length === 0 ? 'Nothing was removed.' : `Removed ${folders.length} folders, ${bytes(size)}.`);
    onClose();
  };
  return (
    <Dialog
      title="Collect garbage"
      about="What ended runs and killed processes left on the machine that answers. What is in use, and work that was handed over nowhere, stays."
      open
      onClose={onClose}
    >
      <form
        className="mb-4 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          look.mutate({ dryRun: true, ...asked });
        }}
      >
        <TextField
          className="basis-64"
          label="Also what was not used for (hours)"
          type="number"
          min={0}
          max={87_600}
          step="any"
          placeholder="as configured"
          value={hours}
          onChange={({ target }) => {
            setHours(target.value);
            look.reset();
          }}
        />
        <Button type="submit" look={look.data === undefined ? 'main' : 'plain'} busy={look.isPending}>
          Look what would be removed
        </Button>
      </form>
      {look.isPending ? <Loading what="the disk" /> : undefined}
      {look.error === null ? undefined : <Problem error={look.error} />}
      {remove.error === null ? undefined : <Problem error={remove.error} />}
      {look.data === undefined ? undefined : (
        <Found found={look.data} busy={remove.isPending} onRemove={() => remove.mutate({ dryRun: false, ...asked }, { onSuccess: done })} />
      )}
    </Dialog>
  );
}

function useCollect() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { readonly dryRun: boolean; readonly olderThanHours?: number }) => await ask('collectGarbage', { body }),
    onSuccess: async ({ dryRun }) => (dryRun ? undefined : await client.invalidateQueries()),
  });
}

interface FoundProps {
  readonly found: Collected;
  readonly busy: boolean;
  readonly onRemove: () => void;
}

function Found({ found: { folders, bytes: size, recovered }, busy, onRemove }: FoundProps) {
  return (
    <>
      {recovered.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {folders.length === 0 ? (
        <p role="status">There is nothing to remove.</p>
      ) : (
        <ul
          role="status"
          aria-label="What would be removed"
          className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line"
        >
          {folders.map((folder) => (
            <li key={folder.path} className="px-3 py-1.5">
              <span className="flex flex-wrap justify-between gap-x-3">
                <code className="min-w-0 break-all">{folder.path}</code>
                <span className="tabular">{bytes(folder.bytes)}</span>
              </span>
              <span className="text-muted">{folder.why}</span>
            </li>
          ))}
        </ul>
      )}
      {folders.length === 0 ? undefined : (
        <div className="mt-4 flex justify-end">
          <Button look="danger" busy={busy} onClick={onRemove}>
            Remove {folders.length === 1 ? 'it' : `all ${folders.length}`}, {bytes(size)}
          </Button>
        </div>
      )}
    </>
  );
}
