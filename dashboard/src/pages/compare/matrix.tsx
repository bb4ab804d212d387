import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, CircleHelp, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { Check as Tick } from '../../ui/check.tsx';
import { classes } from '../../ui/classes.ts';
import { Section } from '../../ui/page.tsx';
import type { MatrixRow } from './matrix-rows.ts';
import { aboutTest, isOwn, tellsApart } from './matrix-rows.ts';
import type { Choice } from './score-rows.ts';
import { WorldName } from './world-name.tsx';

const rowHeight = 46;

/** How every test ended in every world: only rows that can be seen are there, however many there are. */
export function Matrix({ choice: { matrix, verdicts } }: { readonly choice: Choice }) {
  const [onlyApart, setOnlyApart] = useState(false);
  const rows = onlyApart ? matrix.filter(tellsApart) : matrix;
  const apart = matrix.filter(tellsApart).length;
  if (matrix.length === 0)
    return (
      <Section title="Evidence">
        <p className="text-muted">No test ended differently in any world than at the base, and nobody wrote one.</p>
      </Section>
    );
  return (
    <Section
      title="Evidence"
      actions={
        <Tick
          label={`Only where they differ (${apart} of ${matrix.length})`}
          checked={onlyApart}
          onChange={({ target }) => setOnlyApart(target.checked)}
        />
      }
    >
      {rows.length === 0 ? (
        <p className="text-muted">No test tells the worlds apart.</p>
      ) : (
        <Rows rows={rows} worlds={verdicts.map(({ world }) => world)} />
      )}
    </Section>
  );
}

function Rows({ rows, worlds }: { readonly rows: readonly MatrixRow[]; readonly worlds: readonly string[] }) {
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <div
      ref={place}
      role="region"
      aria-label="Tests in each world"
      tabIndex={0}
      className="max-h-[70dvh] overflow-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-separate border-spacing-0 text-left" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky top-0 left-0 z-20 border-b border-line bg-surface px-3 py-2 text-[13px] font-medium text-muted"
            >
              Test
            </th>
            {worlds.map((world) => (
              <th key={world} scope="col" className="sticky top-0 z-10 border-b border-line bg-surface px-3 py-2">
                <WorldName world={world} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={before} />
          {shown.map(({ index }) => {
            const row = rows[index];
            return row === undefined ? undefined : (
              <TestRow key={`${row.author ?? ''} ${row.test}`} row={row} index={index} worlds={worlds} />
            );
          })}
          <Gap height={after} />
        </tbody>
      </table>
    </div>
  );
}

function Gap({ height }: { readonly height: number }) {
  return height <= 0 ? undefined : (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}

function TestRow({ row, index, worlds }: { readonly row: MatrixRow; readonly index: number; readonly worlds: readonly string[] }) {
  return (
    <tr aria-rowindex={index + 2} style={{ height: rowHeight }} className={row.dropped === null ? undefined : 'text-muted'}>
      <th
        scope="row"
        className="sticky left-0 z-10 max-w-[34rem] min-w-56 border-b border-line bg-surface px-3 py-1 text-left font-normal max-md:max-w-56"
      >
        <span className="block truncate" title={row.test}>
          {row.test}
        </span>
        <span className="block truncate text-[12px] text-muted" title={aboutTest(row)}>
          {aboutTest(row)}
        </span>
      </th>
      {worlds.map((world) => {
        const cell = row.cells.find((each) => each.world === world);
        return (
          <td key={world} className="border-b border-line px-3 py-1 whitespace-nowrap">
            <Outcome outcome={cell?.outcome ?? 'unknown'} />
            {isOwn(row, world) ? <span className="ml-1.5 rounded bg-idle-soft px-1 text-[12px] text-idle">own</span> : undefined}
          </td>
        );
      })}
    </tr>
  );
}

const outcomes = {
  passed: { icon: Check, word: 'passes', look: 'text-good' },
  failed: { icon: X, word: 'fails', look: 'text-bad' },
  unknown: { icon: CircleHelp, word: 'not known', look: 'text-idle' },
} as const;

function Outcome({ outcome }: { readonly outcome: keyof typeof outcomes }) {
  const { icon: Icon, word, look } = outcomes[outcome];
  return (
    <span className={classes('inline-flex items-center gap-1 text-[13px]', look)}>
      <Icon aria-hidden size={15} />
      {word}
    </span>
  );
}
