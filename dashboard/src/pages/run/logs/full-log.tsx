import { Minimize2 } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { LogPanel } from './log-panel.tsx';
import type { LogPlace } from './use-log.ts';

/** A log that fills the window; Escape leaves it. */
export function FullLog({ place, onClose }: { readonly place: LogPlace; readonly onClose: () => void }) {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Content aria-describedby={undefined} className="fixed inset-0 z-50 bg-ground p-3">
          <Dialog.Title className="mb-2 font-semibold">Log {place.log}</Dialog.Title>
          <LogPanel place={place} height="h-[calc(100dvh-7rem)]">
            <Dialog.Close className="inline-flex min-h-7 cursor-pointer items-center gap-1.5 rounded-md px-2 text-[13px] font-medium hover:bg-sunken">
              <Minimize2 aria-hidden size={14} /> Leave full screen
            </Dialog.Close>
          </LogPanel>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
