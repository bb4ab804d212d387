import type { Choice, WorldVerdict } from '../domain/choice.ts';
import { type WorldName, worldNames } from '../domain/world.ts';
import { clusterLines, differenceLines, matrixLines, pathLines } from './explain-examination.ts';
import { some, tests } from './gates.ts';
import { type Column, percent, plain, table, wrap } from './text-table.ts';

type Chosen = Extract<Choice, { kind: 'chosen' }>;

/** A stored choice in a few sentences: the first of what {@link explainChoice} tells. */
export interface ToldChoice {
  /** How the winner won and what it did, or why none was taken. */
  readonly why: string;
  /** What speaks against each world that was not taken. */
  readonly whyNot: ReadonlyArray<{ readonly world: WorldName; readonly reasons: readonly string[] }>;
}

/** Tells why a choice came out as it did. Adds nothing that was not known when it was made. */
export function tellChoice(choice: Choice): ToldChoice {
  return {
    why: choice.kind === 'chosen' ? verdictSentence(choice) : `No world won. ${choice.reason}`,
    whyNot: choice.verdicts
      .filter((verdict) => choice.kind === 'none-passed' || verdict.world !== choice.winner)
      .map((verdict) => ({ world: verdict.world, reasons: reasonsAgainst(choice, verdict) })),
  };
}

/** Tells a stored choice in words, then in full. Adds nothing that was not known when it was made. */
export function explainChoice(choice: Choice): string {
  return `${explainLines(choice).join('\n')}\n`;
}

/** The same as lines of at most `columns` characters where words and the table allow it; no colours, nothing a terminal would obey. */
export function explainLines(choice: Choice, columns = 80): string[] {
  const { why, whyNot } = tellChoice(choice);
  return [
    ...wrap(why, columns),
    ...section(
      choice.kind === 'chosen' ? 'Why not the others' : 'Why not',
      whyNot.flatMap(({ world, reasons }) => againstLines(world, reasons, columns)),
    ),
    ...section(
      'What the judge said',
      choice.kind === 'chosen' && choice.judge !== undefined
        ? choice.judge.words.flatMap((sentence) => wrap(`  - ${plain(sentence)}`, columns, '    '))
        : [],
    ),
    ...section(
      'What was not known',
      choice.caveats.flatMap((caveat) => wrap(`  - ${plain(caveat)}`, columns, '    ')),
    ),
    ...section('The worlds', worldTable(choice)),
    ...section('The path', choice.funnel === undefined ? [] : pathLines(choice.funnel, choice.plain, columns)),
    ...examinationSections(choice, columns),
    ...section(
      'What the scores rest on',
      choice.verdicts.filter((verdict) => !repeats(verdict)).flatMap((verdict) => restsOn(verdict, columns)),
    ),
    ...section(
      'Tests and files',
      choice.verdicts.filter((verdict) => !repeats(verdict)).flatMap((verdict) => details(verdict, columns)),
    ),
  ];
}

function examinationSections({ examination }: Choice, columns: number): string[] {
  if (examination === undefined) return [];
  return [
    ...section("Everybody's tests on everybody's code (+ passes, - fails, ? not known, (own))", matrixLines(examination, columns)),
    ...section('Who behaves alike, and how likely it is right', clusterLines(examination, columns)),
    ...section('Where they answer differently', differenceLines(examination, columns)),
    ...section(
      'What could not be examined',
      examination.notes.slice(0, mostNotes).flatMap((note) => wrap(`  - ${plain(note)}`, columns, '    ')),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function verdictSentence(choice: Chosen): string {
  const winner = choice.verdicts.find((verdict) => verdict.world === choice.winner);
  const confidence = `Confidence ${Math.round(choice.confidence * 100)} %.`;
  return `${choice.winner} won ${howDecided(choice)}. ${winner === undefined ? '' : `${whatItDid(winner)} `}${confidence}`;
}

function howDecided(choice: Chosen): string {
  switch (choice.decidedBy) {
    case 'only-one-passed':
      return choice.verdicts.length === 1 ? 'as the only world' : 'because no other world passed the gates';
    case 'agreement':
      return 'as the first of those that passed, which all made the very same change';
    case 'score':
      return `by ${points(choice.margin ?? 0)}`;
    case 'judge':
      return `because ${plain(choice.judge?.model ?? 'a judge')}, asked about the changes with the best score in either order, found it the best`;
    case 'examination':
      return `because what it does is most likely right, by ${examinedBy(choice)}`;
    case 'distinguishing-test':
      return 'because it passes the test that was written to tell the last ones apart';
    case 'person':
      return 'because a person took it';
    case 'smaller-change':
      return 'because its change is the smallest of those with the best score';
    case 'order':
      return 'only by the order of the worlds: others have the same score and a change of the same size';
  }
}

function examinedBy({ examination }: Chosen): string {
  const byTests = examination?.tests.some(({ weight }) => weight > 0) === true ? ["everybody's tests"] : [];
  const byInputs = (examination?.inputs ?? 0) > 0 ? ['answers to made-up inputs'] : [];
  return [...byTests, ...byInputs].join(' and ');
}

function whatItDid(verdict: WorldVerdict): string {
  const repaired =
    verdict.fixed.length === 0 ? 'It repairs no test that failed before' : `It repairs ${tests(verdict.fixed.length)} that failed before`;
  const files = verdict.files.length === 1 ? 'one file' : `${verdict.files.length} files`;
  return `${repaired}, breaks none that passed, and changes ${verdict.size === 1 ? 'one line' : `${verdict.size ?? 0} lines`} in ${files}.`;
}

const mostNotes = 6;

/** A world can be full of what speaks against it. */
const mostReasons = 6;

function reasonsAgainst(choice: Choice, verdict: WorldVerdict): readonly string[] {
  const all = verdict.against.length > 0 ? verdict.against.map(plain) : [behind(choice, verdict)];
  const rest = all.length - mostReasons;
  return rest > 1 ? [...all.slice(0, mostReasons), `And ${rest} more reasons.`] : all;
}

function againstLines(world: WorldName, reasons: readonly string[], columns: number): string[] {
  const name = world.padEnd(8);
  return reasons.flatMap((reason, index) => wrap(`  ${index === 0 ? name : ' '.repeat(8)} ${reason}`, columns, ' '.repeat(11)));
}

function behind(choice: Choice, verdict: WorldVerdict): string {
  const winner = choice.kind === 'chosen' ? choice.verdicts.find(({ world }) => world === choice.winner) : undefined;
  if (winner?.score === undefined || verdict.score === undefined) return 'It could have won.';
  if (winner.sameChange.includes(verdict.world)) return `It made the very same change as ${winner.world}.`;
  const believed = lessBelieved(choice, winner.world, verdict.world);
  if (believed !== undefined) return believed;
  const distance = winner.score.total - verdict.score.total;
  if (distance >= 0.05) return `It could have won, but is ${points(distance)} behind${weakest(winner, verdict)}.`;
  if (choice.kind === 'chosen' && choice.decidedBy === 'judge') return `It has the same score, but the judge preferred ${winner.world}.`;
  if (verdict.size !== winner.size)
    return `It has the same score, but changes ${verdict.size} lines where ${winner.world} changes ${winner.size}.`;
  if (verdict.files.length !== winner.files.length)
    return `It has the same score, but its change is spread over ${verdict.files.length} files.`;
  return `It is as good as ${winner.world}, which comes first.`;
}

/** Of a world that passed and was left behind by a cross-examination. */
function lessBelieved(choice: Choice, winner: WorldName, world: WorldName): string | undefined {
  const step = choice.funnel?.findLast(({ step: name }) => name === 'examination' || name === 'distinguishing-test');
  if (step === undefined || step.left.includes(world)) return undefined;
  const belief = (name: WorldName): number => choice.examination?.clusters.find(({ worlds }) => worlds.includes(name))?.belief ?? 0;
  return `It behaves otherwise, and is less likely right (${percent(belief(world))}, ${winner} ${percent(belief(winner))}).`;
}

/** What took points: components that are full need no words. */
function restsOn(verdict: WorldVerdict, columns: number): string[] {
  const { evidence, score } = verdict;
  if (evidence === undefined || score === undefined) return [];
  const told = [
    ...(score.lint !== null && score.warnings > 0 ? evidence.lint.map((sentence) => `lint: ${sentence}`) : []),
    ...(score.quality === null ? [] : evidence.quality.map((sentence) => `quality: ${sentence}`)),
    ...(score.security === null ? [] : evidence.security.map((sentence) => `security: ${sentence}`)),
  ];
  return told.flatMap((sentence, index) =>
    wrap(`  ${(index === 0 ? verdict.world : '').padEnd(8)} ${plain(sentence)}`, columns, ' '.repeat(13)),
  );
}

/** The component in which most points were lost. */
function weakest(winner: WorldVerdict, verdict: WorldVerdict): string {
  const lost = (['build', 'tests', 'lint', 'quality', 'security'] as const)
    .map((name) => [name, (winner.score?.[name] ?? 0) - (verdict.score?.[name] ?? 0)] as const)
    .toSorted((a, b) => b[1] - a[1])[0];
  return lost !== undefined && lost[1] > 0 ? `, most of it in ${lost[0]}` : '';
}

const columnsOfTable: readonly Column[] = [
  { head: '', align: 'left' },
  { head: 'world', align: 'left' },
  { head: 'result', align: 'left' },
  ...['score', 'build', 'tests', 'lint', 'quality', 'security', 'passed', 'lines', 'files'].map(
    (head) => ({ head, align: 'right' }) as const,
  ),
];

function worldTable(choice: Choice): string[] {
  const rows = choice.verdicts.map((verdict) => {
    const { score } = verdict;
    const won = choice.kind === 'chosen' && verdict.world === choice.winner;
    const component = (value: number | null | undefined): string => (value === undefined ? '-' : value === null ? 'n/a' : value.toFixed(1));
    return [
      won ? '>' : '',
      verdict.world,
      won ? 'won' : verdict.status,
      component(score?.total),
      component(score?.build),
      component(score?.tests),
      component(score?.lint),
      component(score?.quality),
      component(score?.security),
      score === undefined ? '-' : `${score.testsPassed}/${score.testsTotal}`,
      verdict.size === undefined ? '-' : String(verdict.size),
      score === undefined ? '-' : String(verdict.files.length),
    ];
  });
  return table(columnsOfTable, rows);
}

/** Whether the details of this world stand already under the name of an earlier one. */
function repeats(verdict: WorldVerdict): boolean {
  return verdict.sameChange.some((other) => worldNames.indexOf(other) < worldNames.indexOf(verdict.world));
}

function details(verdict: WorldVerdict, columns: number): string[] {
  const facts = [
    ['repairs', verdict.fixed],
    ['breaks', verdict.broken],
    ['changes', verdict.files],
  ] as const;
  return facts
    .filter(([, list]) => list.length > 0)
    .flatMap(([what, list]) => wrap(`  ${verdict.world.padEnd(8)} ${what} ${plain(some(list))}`, columns, ' '.repeat(13)));
}

function points(count: number): string {
  const shown = count.toFixed(1).replace(/\.0$/, '');
  return `${shown} ${shown === '1' ? 'point' : 'points'}`;
}
