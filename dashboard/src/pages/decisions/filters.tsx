import { classes } from '../../ui/classes.ts';
import { Select } from '../../ui/field.tsx';
import type { Decision } from './decision-row.tsx';
import { kinds } from './decision-row.tsx';
import type { Wanted } from './wanted.ts';
import { decisionKinds } from './wanted.ts';

export interface FiltersProps {
  readonly wanted: Wanted;
  /** What something was decided about, by what is asked for. */
  readonly tasks: ReadonlyMap<string, string>;
  readonly counts: ReadonlyMap<Decision['kind'], readonly Decision[]>;
  readonly onWant: (wanted: Wanted) => void;
}

/** Which decisions are shown. */
export function Filters({ wanted, tasks, counts, onWant }: FiltersProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div role="group" aria-label="Who decided" className="flex flex-wrap gap-1.5">
        <Chip isChosen={wanted.kind === undefined} text="all" onChoose={() => onWant({ ...wanted, kind: undefined })} />
        {decisionKinds.map((kind) => (
          <Chip
            key={kind}
            isChosen={wanted.kind === kind}
            text={`${kinds[kind].word} ${counts.get(kind)?.length ?? 0}`}
            onChoose={() => onWant({ ...wanted, kind })}
          />
        ))}
      </div>
      <Select
        label="About which task"
        hidesLabel
        value={wanted.task ?? ''}
        onChange={({ target: { value } }) => onWant({ ...wanted, task: value === '' ? undefined : value })}
        className="max-w-72"
      >
        <option value="">About every task</option>
        {wanted.task !== undefined && !tasks.has(wanted.task) ? <option value={wanted.task}>About one task</option> : undefined}
        {Array.from(tasks, ([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </div>
  );
}

function Chip({ isChosen, text, onChoose }: { readonly isChosen: boolean; readonly text: string; readonly onChoose: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={classes(
        'tabular min-h-8 cursor-pointer rounded-full border px-3 text-[13px]',
        isChosen ? 'border-accent bg-accent-soft font-semibold text-accent' : 'border-line hover:bg-surface',
      )}
    >
      {text}
    </button>
  );
}
