import { Search } from 'lucide-react';
import type { Ref } from 'react';
import { useEffect, useEffectEvent, useState } from 'react';
import { Select, TextField } from '../../ui/field.tsx';
import type { RunFilter } from './use-runs.ts';

/** A text is looked for once nothing more was typed for so long, in ms. */
const settleMs = 200;

const states: ReadonlyArray<readonly [string, string]> = [
  ['', 'Any state'],
  ['running,waiting,paused,stuck', 'Open'],
  ['waiting', 'Waiting'],
  ['running', 'Running'],
  ['paused', 'Paused'],
  ['stuck', 'Stuck'],
  ['completed', 'Done'],
  ['failed', 'Failed'],
  ['cancelled', 'Cancelled'],
];

export interface FiltersProps {
  readonly filter: RunFilter;
  readonly onChange: (change: RunFilter) => void;
  /** Those that are known here. */
  readonly repositories: readonly string[];
  readonly search: Ref<HTMLInputElement>;
}

/** Which runs are meant. */
export function Filters({ filter, onChange, repositories, search }: FiltersProps) {
  const known = Array.from(new Set([...repositories, ...(filter.repository === undefined ? [] : [filter.repository])])).toSorted();
  return (
    <div role="search" aria-label="Runs" className="mb-4 flex flex-wrap items-center gap-2">
      <TextFilter q={filter.q ?? ''} onChange={(q) => onChange({ q })} search={search} />
      <Select
        label="State"
        hidesLabel
        value={filter.state ?? ''}
        onChange={({ target }) => onChange({ state: target.value })}
        className="w-36"
      >
        {states.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        label="Repository"
        hidesLabel
        value={filter.repository ?? ''}
        onChange={({ target }) => onChange({ repository: target.value })}
        className="w-52 max-w-full"
      >
        <option value="">Any repository</option>
        {known.map((repository) => (
          <option key={repository} value={repository}>
            {lastPartOf(repository)}
          </option>
        ))}
      </Select>
    </div>
  );
}

interface TextFilterProps {
  readonly q: string;
  readonly onChange: (q: string) => void;
  readonly search: Ref<HTMLInputElement>;
}

function TextFilter({ q, onChange, search }: TextFilterProps) {
  const [text, setText] = useState(q);
  const change = useEffectEvent(onChange);
  useEffect(() => {
    if (text.trim() === q) return undefined;
    const timer = setTimeout(() => change(text.trim()), settleMs);
    return () => clearTimeout(timer);
  }, [text, q]);
  return (
    <div className="relative min-w-48 flex-1 sm:max-w-96">
      <Search aria-hidden size={15} className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-muted" />
      <TextField
        ref={search}
        label="Search runs"
        hidesLabel
        placeholder="Title, issue, repository or id …"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => (event.key === 'Escape' ? event.currentTarget.blur() : undefined)}
        className="[&_input]:pl-9"
      />
    </div>
  );
}

/** A path or an address without what leads to it. */
export function lastPartOf(repository: string): string {
  return (
    repository
      .replace(/\.git$/, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1) ?? repository
  );
}
