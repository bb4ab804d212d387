import stringWidth from 'string-width';
import type { ChoiceView } from '../operations/choice-view.ts';
import { oneLine } from './one-line.ts';
import type { Colours } from './shell.ts';

/** Rows of tests that are shown; `--json` has all. */
const mostTests = 40;
/** Columns of the name of a test. */
const widestName = 60;

type Verdict = ChoiceView['verdicts'][number];

interface Cell {
  readonly text: string;
  /** The best of its row. */
  readonly isBest?: boolean;
}

/** Criteria by worlds with what each is worth, the best of a row with a `*`, then tests by worlds. */
export function compareLines(
  { id, title, choice }: { readonly id: string; readonly title: string; readonly choice: ChoiceView },
  { colours }: { readonly colours: Colours },
): readonly string[] {
  const head = `${colours.bold(id)}  ${oneLine(title)}`;
  const end = choice.winner === null ? `no world won: ${oneLine(choice.reason ?? '')}` : `${choice.winner} won (${choice.decidedBy ?? ''})`;
  return [head, end, '', ...criteria(choice, colours), '', ...matrix(choice, colours), ...(choice.matrix.length === 0 ? [] : [''])];
}

function criteria(choice: ChoiceView, colours: Colours): readonly string[] {
  const { verdicts, winner } = choice;
  const names = verdicts.flatMap(({ score }) => score?.components ?? []).map(({ name, weight }) => ({ name, weight }));
  const components = [...new Map(names.map((one) => [one.name, one])).values()];
  const points = (name: string) => (verdict: Verdict) => verdict.score?.components.find((one) => one.name === name)?.points ?? undefined;
  const heads: Cell[] = ['criterion', 'weight', ...verdicts.map(({ world }) => (world === winner ? `★ ${world}` : world))].map((text) => ({
    text,
  }));
  const rows = [
    heads,
    ...components.map(({ name, weight }) => [{ text: name }, { text: String(weight) }, ...best(verdicts, points(name), 1, 'most')]),
    [{ text: 'score' }, { text: '100' }, ...best(verdicts, ({ score }) => score?.total, 1, 'most')],
    [{ text: 'lines changed' }, { text: '' }, ...best(verdicts, ({ size }) => size ?? undefined, 0, 'least')],
    [{ text: 'seconds' }, { text: '' }, ...best(verdicts, ({ durationMs }) => durationMs / 1_000, 1, 'least')],
    [{ text: 'USD' }, { text: '' }, ...best(verdicts, ({ costUsd }) => costUsd, 2, 'least')],
    [{ text: 'result' }, { text: '' }, ...verdicts.map(({ world, status }) => ({ text: world === winner ? 'won' : status }))],
  ];
  return aligned(rows, colours);
}

/** A row in which the best of several different values is marked; a dash where there is none. */
function best(
  verdicts: readonly Verdict[],
  value: (verdict: Verdict) => number | undefined,
  digits: number,
  wanted: 'most' | 'least',
): Cell[] {
  const values = verdicts.map(value);
  const known = values.filter((one) => one !== undefined);
  const top = wanted === 'most' ? Math.max(...known) : Math.min(...known);
  const differ = known.some((one) => one !== top);
  return values.map((one) => (one === undefined ? { text: '-' } : { text: one.toFixed(digits), isBest: differ && one === top }));
}

function matrix({ matrix: tests, verdicts }: ChoiceView, colours: Colours): readonly string[] {
  if (tests.length === 0) return ['No test tells these worlds apart.'];
  const shown = tests.slice(0, mostTests);
  const rows = [
    ['test', 'base', ...verdicts.map(({ world }) => world)].map((text) => ({ text })),
    ...shown.map(({ test, atBase, cells }) => [
      { text: cut(oneLine(test)) },
      { text: atBase === null ? '' : sign(atBase) },
      ...verdicts.map(({ world }) => ({ text: sign(cells.find((cell) => cell.world === world)?.outcome ?? 'unknown') })),
    ]),
  ];
  const more = tests.length - shown.length;
  return [...aligned(rows, colours), '+ passes, - fails, ? not known', ...(more > 0 ? [`${more} more tests: --json has them`] : [])];
}

function sign(outcome: 'passed' | 'failed' | 'unknown'): string {
  return { passed: '+', failed: '-', unknown: '?' }[outcome];
}

function cut(name: string): string {
  return name.length <= widestName ? name : `${name.slice(0, widestName - 3)}...`;
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly Cell[])[], { bold, green }: Colours): readonly string[] {
  const text = ({ text: plain, isBest = false }: Cell): string => (isBest ? `${plain} *` : plain);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => stringWidth(text(row[column] ?? { text: '' })))));
  return rows.map((row, index) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - stringWidth(text(cell)));
        const shown = index === 0 ? bold(text(cell)) : cell.isBest === true ? green(text(cell)) : text(cell);
        return column === 0 ? shown + space : space + shown;
      })
      .join('  ')
      .trimEnd(),
  );
}
