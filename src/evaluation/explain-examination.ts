import type { Difference, Examination, ExaminedTest } from '../domain/examination.ts';
import type { FunnelStep, PlainChoice } from '../domain/choice.ts';
import type { WorldName } from '../domain/world.ts';
import { type Column, percent, plain, table, wrap } from './text-table.ts';

/** Rows of the matrix that are shown, and tests that are named with why they say nothing. */
const mostRows = 20;
const mostDropped = 4;
const longestName = 44;
const shortestName = 16;

/** The matrix: tests that count down, worlds across. What a test says of its own author's world stands in brackets. */
export function matrixLines({ tests }: Examination, columns: number): string[] {
  const counted = tests.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  const dropped = tests.filter((test) => test.dropped !== undefined);
  const worlds = [...new Set(tests.flatMap(({ cells }) => cells.map(({ world }) => world)))];
  const heads: readonly Column[] = [
    { head: 'test', align: 'left' },
    ...worlds.map((head) => ({ head, align: 'left' }) as const),
    { head: 'weight', align: 'right' },
  ];
  const shown = counted.slice(0, mostRows);
  const left = columns - worlds.reduce((sum, world) => sum + world.length + 1, '  '.length + ' weight'.length);
  const width = Math.max(shortestName, Math.min(longestName, left));
  const rows = shown.map((test) => [
    shortened(plain(test.id), width),
    ...worlds.map((world) => cellOf(test, world)),
    test.weight.toFixed(2),
  ]);
  const rest = counted.length - shown.length;
  return [
    ...(rows.length === 0 ? [] : table(heads, rows).map((line) => `  ${line}`)),
    ...(rest > 0 ? [`  And ${rest} more that count.`] : []),
    ...droppedLines(dropped, columns),
  ];
}

function cellOf({ author, cells }: ExaminedTest, world: WorldName): string {
  const outcome = cells.find((cell) => cell.world === world)?.outcome ?? 'unknown';
  const mark = { passed: '+', failed: '-', unknown: '?' }[outcome];
  return author === world ? `(${mark})` : mark;
}

function shortened(name: string, longest = longestName): string {
  const characters = Array.from(name);
  return characters.length <= longest ? name : `${characters.slice(0, longest - 1).join('')}…`;
}

/** How many say nothing, by reason, the commonest first. */
function droppedLines(dropped: readonly ExaminedTest[], columns: number): string[] {
  const reasons = new Map<string, ExaminedTest[]>();
  for (const test of dropped) reasons.set(test.dropped ?? '', [...(reasons.get(test.dropped ?? '') ?? []), test]);
  const sorted = [...reasons].toSorted(([, a], [, b]) => b.length - a.length);
  const lines = sorted.slice(0, mostDropped).flatMap(([reason, tests]) => {
    const named = shortened(plain(tests[0]?.id ?? ''));
    return wrap(`  - ${tests.length === 1 ? named : `${tests.length} tests, ${named} the first`}: ${plain(reason)}`, columns, '    ');
  });
  const rest = sorted.slice(mostDropped).reduce((count, [, tests]) => count + tests.length, 0);
  return rest > 0 ? [...lines, `  - And ${rest} more.`] : lines;
}

/** Who behaves alike, with what is believed of them; nothing where no test and no input says anything of it. */
export function clusterLines({ clusters, inputs, tests }: Examination, columns: number): string[] {
  if (inputs === 0 && !tests.some(({ weight }) => weight > 0)) return [];
  const lines = clusters.flatMap(({ worlds, belief }) => wrap(`  - ${worlds.join(', ')}: ${percent(belief)}`, columns, '    '));
  return inputs === 0 || lines.length === 0 ? lines : [...lines, `  ${inputs} inputs were tried.`];
}

/** `largest([-1]): alpha, beta answer -1; gamma answers 0`. */
export function differenceLines({ differences }: Examination, columns: number): string[] {
  return differences.flatMap((difference) => wrap(`  - ${differenceSentence(difference)}`, columns, '    '));
}

function differenceSentence({ call, answers }: Difference): string {
  const parts = answers.map(({ worlds, answer }) => `${worlds.join(', ')} -> ${plain(answer)}`);
  return `${plain(call)} : ${parts.join('; ')}`;
}

/** The funnel, step by step, and who would have won without it. */
export function pathLines(funnel: readonly FunnelStep[], plainChoice: PlainChoice | undefined, columns: number): string[] {
  const width = Math.max(...funnel.map(({ step }) => step.length));
  const steps = funnel.flatMap(({ step, left, because }) =>
    wrap(`  ${step.padEnd(width)} ${left.length === 0 ? 'nobody' : left.join(', ')}. ${plain(because)}`, columns, ' '.repeat(width + 3)),
  );
  if (plainChoice === undefined) return steps;
  return [...steps, ...wrap(`  By score and size alone: ${plainChoice.winner ?? 'nobody'}.`, columns, '    ')];
}
