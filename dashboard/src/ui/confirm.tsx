import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export interface ConfirmProps {
  readonly title: string;
  /** What comes of it, in a sentence or two. */
  readonly about: string;
  /** What is done, such as `Forget it`. */
  readonly action: string;
  readonly look?: 'main' | 'danger';
  readonly busy: boolean;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  /** What else is asked, such as a reason. */
  readonly children?: ReactNode;
}

/** Asks whether something is meant before it is done. */
export function Confirm({ title, about, action, look = 'danger', busy, open, onClose, onConfirm, children }: ConfirmProps) {
  return (
    <Dialog title={title} about={about} open={open} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        {children}
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look={look} type="submit" busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
