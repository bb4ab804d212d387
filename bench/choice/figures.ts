import { atLeast, figure, type Figure } from '../support/figures.ts';
import { shares } from './authors.ts';
import { ablations, type Outcome } from './outcomes.ts';

/** Confidence from which on a winner is taken as it is (`choice.sureFrom`). */
const sureFrom = 0.5;

/** Figures over all rates, over each half of the tasks, and over each rate; then what each stage is worth. */
export function choiceFigures(all: readonly Outcome[]): Figure[] {
  const drawn = all.filter(({ isRandom }) => !isRandom);
  const halves = [0, 1].map((half) => drawn.filter(({ task }) => task % 2 === half));
  const rates = [1, 2, 3, 4].map((rate) => drawn.filter((outcome) => outcome.rate === rate));
  const worst = Math.min(
    ...[...rates, all.filter(({ isRandom }) => isRandom)].map((some) => 100 * (mean(some, choice) - mean(some, average))),
  );
  return [
    figure('gap', gap(drawn, choice), '%', { goal: atLeast(80), detail: `(choice - average) / (oracle - average); ${described(drawn)}` }),
    figure('gap, tasks that were fitted on', gap(halves[0] ?? [], choice), '%', { detail: described(halves[0] ?? []) }),
    figure('gap, tasks that were not', gap(halves[1] ?? [], choice), '%', { detail: described(halves[1] ?? []) }),
    figure('standard error of a gap', errorOf(drawn), 'points', { detail: 'differences below two of it are no differences' }),
    figure('choice above plain', 100 * (mean(drawn, choice) - mean(drawn, plain)), 'points', { goal: atLeast(0.1) }),
    figure('choice above average, worst rate', worst, 'points', { goal: atLeast(0) }),
    ...rates.map((some, index) => figure(`gap at ${20 * (index + 1)} % right`, gap(some, choice), '%', { detail: described(some) })),
    figure(
      'gap at drawn rates',
      gap(
        all.filter(({ isRandom }) => isRandom),
        choice,
      ),
      '%',
      { detail: described(all.filter(({ isRandom }) => isRandom)) },
    ),
    figure('gap: plain', gap(drawn, plain), '%', { detail: 'by score and size alone' }),
    figure(
      'gap: by right tests',
      gap(drawn, ({ byTests }) => byTests),
      '%',
      {
        detail: 'who knew which tests are wrong, took out every world that fails another, and drew among the rest',
      },
    ),
    ...ablations.map((ablation) =>
      figure(
        `gap: ${ablation}`,
        gap(drawn, ({ without }) => without[ablation]),
        '%',
        { detail: explained[ablation] },
      ),
    ),
    ...sureness(drawn),
    ...testFigures(drawn),
    ...limitFigures(drawn),
  ];
}

const explained: Readonly<Record<(typeof ablations)[number], string>> = {
  'no tests': 'agreement and inputs only',
  'no test writers': 'tests of worlds, agreement, inputs',
  'one test writer': 'instead of two',
  'no tests of worlds': 'tests of writers, agreement, inputs',
  'own tests count': "a world's own tests vouch for it",
  'no cap of an author': 'tests that end alike all count in full',
  'no clusters': 'worlds that behave alike do not vouch for each other',
  'no inputs': 'nothing but tests tells behaviours apart',
  'tests alone': 'no ranking by agreement and inputs before the tests',
};

function sureness(drawn: readonly Outcome[]): Figure[] {
  const sure = drawn.filter(({ confidence }) => confidence >= sureFrom);
  const unsure = drawn.filter(({ confidence }) => confidence < sureFrom);
  return [
    figure('sure', (100 * sure.length) / drawn.length, '%', { detail: `of choices have a confidence of ${sureFrom} or more` }),
    figure('right when sure', 100 * mean(sure, choice), '%', {
      detail: `mean confidence ${(100 * mean(sure, ({ confidence }) => confidence)).toFixed(0)} %`,
    }),
    figure('right when unsure', 100 * mean(unsure, choice), '%', {
      detail: `mean confidence ${(100 * mean(unsure, ({ confidence }) => confidence)).toFixed(0)} %`,
    }),
  ];
}

function testFigures(drawn: readonly Outcome[]): Figure[] {
  const written = sum(drawn.map(({ tests }) => tests.written));
  return [
    figure('tests that separate', (100 * sum(drawn.map(({ tests }) => tests.separating))) / written, '%', {
      detail: `end differently in a right and a wrong world; ${shares.perWriter} of each of two writers, ${shares.perWorld} of a world`,
    }),
    figure('toxic tests', (100 * sum(drawn.map(({ tests }) => tests.toxic))) / written, '%', {
      detail: `the canonical solution fails them; of a writer's by design ${100 * shares.writerToxic} %, of a world's those that assert its faults`,
    }),
  ];
}

/** Where the evidence ends. */
function limitFigures(drawn: readonly Outcome[]): Figure[] {
  const wrong = drawn.filter((outcome) => outcome.choice === 0);
  const unrefuted = wrong.filter(({ isRefuted }) => !isRefuted);
  return [
    figure('wrong choices that no test refutes', (100 * unrefuted.length) / wrong.length, '%', {
      detail: `${unrefuted.length} of ${wrong.length}: the world that was taken passes every test, of whomever, that is right`,
    }),
  ];
}

/** Of a share of the gap, as though every draw were by itself. */
function errorOf(some: readonly Outcome[]): number {
  const share = mean(some, choice);
  return (100 * Math.sqrt((share * (1 - share)) / some.length)) / (mean(some, oracle) - mean(some, average));
}

function described(some: readonly Outcome[]): string {
  const shown = (of: (outcome: Outcome) => number): string => `${(100 * mean(some, of)).toFixed(1)} %`;
  const tasks = new Set(some.map(({ task }) => task)).size;
  return `average ${shown(average)}, plain ${shown(plain)}, choice ${shown(choice)}, oracle ${shown(oracle)}; ${some.length} choices, ${tasks} tasks`;
}

/** In percent. */
function gap(some: readonly Outcome[], of: (outcome: Outcome) => number): number {
  return (100 * (mean(some, of) - mean(some, average))) / (mean(some, oracle) - mean(some, average));
}

const average = (outcome: Outcome): number => outcome.average;
const oracle = (outcome: Outcome): number => outcome.oracle;
const plain = (outcome: Outcome): number => outcome.plain;
const choice = (outcome: Outcome): number => outcome.choice;

function mean(some: readonly Outcome[], of: (outcome: Outcome) => number): number {
  return sum(some.map(of)) / some.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
