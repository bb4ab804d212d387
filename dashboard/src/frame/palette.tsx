import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useDeferredValue, useState } from 'react';
import { useAnswer } from '../api/queries.ts';
import { Keys } from '../ui/key-caps.tsx';
import { State } from '../ui/state.tsx';
import { useKeysThatWork } from '../ui/use-keys.ts';
import { places } from './places.ts';
import { chooseTheme, themeChoices } from './theme.ts';
import { useSignOut } from './use-sign-out.ts';

/** Finds pages, runs and questions, and does whatever can be done here, by name. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const actions = useKeysThatWork();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const wanted = text.trim().toLowerCase();
  const isMeant = (name: string): boolean => name.toLowerCase().includes(wanted);
  const done = (work: () => unknown) => (): void => {
    onClose();
    void work();
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-50 w-[min(40rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-surface shadow-card"
        >
          <Dialog.Title className="sr-only">Search and do anything</Dialog.Title>
          <Command shouldFilter={false} loop label="Search and do anything">
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="A page, a run, a question, or what to do …"
              className="w-full border-b border-line bg-transparent px-4 py-3 text-base outline-none placeholder:text-muted"
            />
            <Command.List label="Found" className="max-h-[60dvh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-center text-muted">Nothing is called so.</Command.Empty>
              <Found text={text.trim()} open={(run) => done(async () => await navigate({ to: '/runs/$run', params: { run } }))} />
              <Questions isMeant={isMeant} open={(question) => done(async () => await navigate({ to: '/inbox', search: { question } }))} />
              <Group heading="Pages">
                {places
                  .filter(({ name }) => isMeant(name))
                  .map(({ to, name, icon: Icon, key }) => (
                    <Item key={to} id={`page ${name}`} onSelect={done(async () => await navigate({ to }))} keys={`g ${key}`}>
                      <Icon aria-hidden size={16} className="text-muted" />
                      {name}
                    </Item>
                  ))}
              </Group>
              <Group heading="Do">
                {actions
                  .filter(([name, { does }]) => !name.startsWith('g ') && isMeant(does))
                  .map(([name, { does, run }]) => (
                    <Item key={name} id={`do ${name}`} onSelect={done(run)} keys={name}>
                      {does}
                    </Item>
                  ))}
                {themeChoices
                  .filter((choice) => isMeant(`Theme: ${choice}`))
                  .map((choice) => (
                    <Item key={choice} id={`theme ${choice}`} onSelect={done(() => chooseTheme(choice))}>
                      Theme: {choice === 'system' ? 'as the system has it' : choice}
                    </Item>
                  ))}
                {isMeant('Sign out') ? (
                  <Item id="sign out" onSelect={done(signOut)}>
                    Sign out
                  </Item>
                ) : undefined}
              </Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Runs that the service finds, the newest first. */
function Found({ text, open }: { readonly text: string; readonly open: (run: string) => () => void }) {
  const q = useDeferredValue(text);
  const { data } = useAnswer('listRuns', { query: { limit: 6, ...(q === '' ? {} : { q }) } }, { keepsPrevious: true });
  return (
    <Group heading="Runs">
      {(data?.items ?? []).map(({ run, title, state }) => (
        <Item key={run} id={`run ${run}`} onSelect={open(run)}>
          <State state={state} quiet />
          <span className="min-w-0 flex-1 truncate">{title}</span>
          <span className="mono text-muted">{run}</span>
        </Item>
      ))}
    </Group>
  );
}

function Questions({ isMeant, open }: { readonly isMeant: (name: string) => boolean; readonly open: (id: string) => () => void }) {
  const { data } = useAnswer('listEscalations', { query: { limit: 100 } });
  const meant = (data?.items ?? []).filter(({ question, issue }) => isMeant(`${question} ${issue}`)).slice(0, 5);
  return (
    <Group heading="Questions">
      {meant.map(({ id, question, issue }) => (
        <Item key={id} id={`question ${id}`} onSelect={open(id)}>
          <span className="min-w-0 flex-1 truncate">{question}</span>
          <span className="max-w-48 truncate text-muted">{issue}</span>
        </Item>
      ))}
    </Group>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  const isEmpty = Array.isArray(children) && children.flat().every((child) => child === undefined);
  if (isEmpty) return undefined;
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-[12px] [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  readonly id: string;
  readonly onSelect: () => void;
  readonly keys?: string;
  readonly children: ReactNode;
}

function Item({ id, onSelect, keys, children }: ItemProps) {
  return (
    <Command.Item
      value={id}
      onSelect={onSelect}
      className="flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-3 data-[selected=true]:bg-sunken"
    >
      {children}
      {keys === undefined ? undefined : (
        <span className="ml-auto">
          <Keys name={keys} />
        </span>
      )}
    </Command.Item>
  );
}
