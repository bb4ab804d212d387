import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, Trophy } from 'lucide-react';
import { useId } from 'react';
import { worldColour } from '../../words/worlds.ts';
import { Select } from '../../ui/field.tsx';
import type { DiffList } from './use-patches.ts';

/** Between what is looked: of which task, from what, to which world. Each choice is an address of its own. */
export function Sides({ list }: { readonly list: DiffList }) {
  const navigate = useNavigate({ from: '/runs/$run/diff' });
  const id = useId();
  const { a, b, tasks, task } = list;
  const now = tasks.find((each) => each.id === task);
  const worlds = now?.worlds ?? [];
  const go = (search: { readonly task?: string; readonly a?: string | undefined; readonly b?: string }): void => {
    void navigate({ search: (before) => ({ ...before, ...search, file: undefined }) });
  };
  return (
    <div role="group" aria-label="What is compared" className="flex flex-wrap items-center gap-2">
      {tasks.length === 1 ? undefined : (
        <Select
          label="Task"
          hidesLabel
          className="max-w-72"
          value={task}
          onChange={({ target }) => go({ task: target.value, a: undefined, b: undefined as never })}
        >
          {tasks.map(({ id: each, title }) => (
            <option key={each} value={each}>
              {each}: {title}
            </option>
          ))}
        </Select>
      )}
      <Select
        label="From"
        hidesLabel
        value={a.world ?? ''}
        onChange={({ target }) => go({ a: target.value === '' ? undefined : target.value })}
      >
        <option value="">Base</option>
        {worlds.map(({ world, commit }) => (
          <option key={world} value={world} disabled={commit === null || world === b.world}>
            {world}
            {commit === null ? ' (no change)' : ''}
          </option>
        ))}
      </Select>
      <ArrowRight aria-hidden size={16} className="text-muted" />
      <span aria-hidden className="size-3 rounded-full" style={{ background: worldColour(b.world) }} />
      <Select label="To" hidesLabel aria-describedby={id} value={b.world} onChange={({ target }) => go({ b: target.value })}>
        {worlds.map(({ world, commit }) => (
          <option key={world} value={world} disabled={commit === null || world === a.world}>
            {world}
            {commit === null ? ' (no change)' : ''}
          </option>
        ))}
      </Select>
      <span id={id}>
        {now?.winner === b.world ? (
          <span className="inline-flex items-center gap-1 font-medium text-gold">
            <Trophy aria-hidden size={15} />
            winner
          </span>
        ) : undefined}
      </span>
    </div>
  );
}
