import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { Keys } from '../ui/key-caps.tsx';
import type { Found } from './use-found.tsx';
import { useFound } from './use-found.tsx';

/** Finds pages, runs and questions, and does whatever can be done here, by name. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('');
  const found = useFound(text);
  // What was chosen may be found no more: then what is found first is.
  const all = found.flatMap(({ items }) => items);
  const value = all.some(({ id }) => id === chosen) ? chosen : (all[0]?.id ?? '');
  return (
    <Dialog.Root open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-shade" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-50 w-[min(40rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-surface shadow-card"
        >
          <Dialog.Title className="sr-only">Search and do anything</Dialog.Title>
          <Command shouldFilter={false} loop label="Search and do anything" value={value} onValueChange={setChosen}>
            <Command.Input
              value={text}
              onValueChange={(next) => {
                setText(next);
                setChosen('');
              }}
              placeholder="A page, a run, a question, or what to do …"
              className="w-full border-b border-line bg-transparent px-4 py-3 text-base outline-none placeholder:text-muted"
            />
            <Command.List label="Found" className="max-h-[60dvh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-center text-muted">Nothing is called so.</Command.Empty>
              {found.map((group) => (
                <Group key={group.heading} {...group} onClose={onClose} />
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Group({ heading, items, onClose }: Found & { readonly onClose: () => void }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-[12px] [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted"
    >
      {items.map(({ id, keys, run, shown }) => (
        <Command.Item
          key={id}
          value={id}
          onSelect={() => {
            onClose();
            void run();
          }}
          className="flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-3 data-[selected=true]:bg-sunken"
        >
          {shown}
          {keys === undefined ? undefined : (
            <span className="ml-auto">
              <Keys name={keys} />
            </span>
          )}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
