import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useState } from 'react';
import type { Asked } from '../../api/operations.ts';
import { useChange } from '../../api/changes.ts';
import { Button } from '../../ui/button.tsx';
import { Check, Radio } from '../../ui/check.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Problem } from '../../ui/problem.tsx';

interface NewRunProps {
  /** Of the run before, most likely that of this one. */
  readonly repository: string;
  readonly onClose: () => void;
}

/** Asks for what a run is about, and starts it. */
export function NewRun({ repository, onClose }: NewRunProps) {
  const navigate = useNavigate();
  const [kind, setKind] = useState<'text' | 'reference'>('text');
  const start = useChange('startRun', ({ run, notes }) => [`${run} has begun.`, ...notes].join(' '));
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    start.mutate(
      { body: bodyOf(kind, new FormData(event.currentTarget)) },
      {
        onSuccess: ({ run }) => {
          onClose();
          void navigate({ to: '/runs/$run', params: { run } });
        },
      },
    );
  };
  return (
    <Dialog open title="New run" about="An issue is carried to a verified change: every task in several worlds at once." onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <fieldset className="flex flex-wrap gap-x-6">
          <legend className="sr-only">The issue is</legend>
          <Radio name="kind" label="A text" checked={kind === 'text'} onChange={() => setKind('text')} />
          <Radio name="kind" label="An issue of a forge" checked={kind === 'reference'} onChange={() => setKind('reference')} />
        </fieldset>
        {kind === 'text' ? (
          <>
            <TextArea
              name="text"
              label="Issue"
              required
              rows={7}
              placeholder="# The first line is its title&#10;&#10;What is wrong, and what should be."
            />
            <TextField
              name="repository"
              label="Repository"
              required
              defaultValue={repository}
              placeholder="/home/ada/shop, or an address"
            />
          </>
        ) : (
          <TextField name="reference" label="Issue" required placeholder="owner/name#12, or its address" />
        )}
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField name="base" label="From" placeholder="HEAD" />
          <TextField name="worlds" label="Worlds" type="number" min={1} max={9} placeholder="as configured" />
          <TextField name="budgetUsd" label="Budget in USD" type="number" min={0.01} step={0.01} placeholder="as configured" />
        </div>
        <Check name="approveAll" label="Approve everything" about="Says yes beforehand to whatever a person would be asked." />
        {start.error === null ? undefined : <Problem error={start.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="main" type="submit" busy={start.isPending}>
            {start.isPending ? 'Starting …' : 'Start'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function bodyOf(kind: 'text' | 'reference', form: FormData): NonNullable<Asked<'startRun'>['body']> {
  const word = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [base, worlds, budgetUsd, repository] = [word('base'), word('worlds'), word('budgetUsd'), word('repository')];
  return {
    issue: kind === 'text' ? { text: word('text') } : { reference: word('reference') },
    approveAll: form.get('approveAll') !== null,
    ...(repository === '' ? {} : { repository }),
    ...(base === '' ? {} : { base }),
    ...(worlds === '' ? {} : { worlds: Number(worlds) }),
    ...(budgetUsd === '' ? {} : { budgetUsd: Number(budgetUsd) }),
  };
}
