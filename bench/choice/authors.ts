import type { TestAuthor } from '../../src/domain/examination.ts';
import type { Bug } from './bugs.ts';
import { holds, sameAnswer, type Candidate, type Candidates } from './candidates.ts';
import { nearInputs } from './inputs.ts';
import type { Program } from './program.ts';
import type { Random } from './random.ts';

/** One test: an expression that is true where it passes. */
export interface WrittenTest {
  readonly author: TestAuthor;
  readonly name: string;
  readonly expression: string;
  /** The canonical solution fails it. */
  readonly isToxic: boolean;
}

/**
 * How tests come about. After what has been published of tests that language models write: most tell no two changes apart, up to a tenth are
 * wrong (R2E-Gym), and what is written after wrong code asserts what that code does (CFuse: of those that tested themselves a third was wrong).
 */
export const shares = {
  /** Tests of one writer, who sees the issue alone, and of one world. */
  perWriter: 10,
  perWorld: 5,
  /** Worlds that write tests at all. */
  worldsThatTest: 0.88,
  /** Of a writer's tests: an assertion of the full test; a wrong expected value; else an input near an example, the right value expected. */
  writerFull: 0.2,
  writerToxic: 0.08,
  /** Of a world's tests: an input of the full test, else one near an example; expected is what its own code answers. */
  worldFull: 0.2,
} as const;

export function writtenByWriter(author: TestAuthor, bug: Bug, known: Candidates, random: Random): WrittenTest[] {
  return times(shares.perWriter, (index) => {
    const draw = random.fraction();
    if (draw < shares.writerFull) return named(author, index, random.pick(bug.full), known);
    const input = someInput(bug, known.canonical, random);
    const isWrong = draw < shares.writerFull + shares.writerToxic;
    return named(author, index, isWrong ? mistaken(bug, known, input, random) : asserted(bug, input, known.canonical), known);
  });
}

export function writtenByWorld(author: TestAuthor, own: Candidate, bug: Bug, known: Candidates, random: Random): WrittenTest[] {
  if (!random.chance(shares.worldsThatTest)) return [];
  return times(shares.perWorld, (index) => {
    const input = random.chance(shares.worldFull) ? random.pick(bug.fullInputs) : someInput(bug, known.canonical, random);
    return named(author, index, asserted(bug, input, own.program), known);
  });
}

function times(count: number, make: (index: number) => WrittenTest | undefined): WrittenTest[] {
  return Array.from({ length: count }, (_, index) => make(index)).filter((test) => test !== undefined);
}

function named(author: TestAuthor, index: number, expression: string | undefined, { canonical }: Candidates): WrittenTest | undefined {
  return expression === undefined
    ? undefined
    : { author, name: `${author}.test.js > ${index}`, expression, isToxic: !holds(canonical, expression) };
}

function someInput(bug: Bug, canonical: Program, random: Random): string {
  const seed = random.pick(bug.exampleInputs);
  return random.chance(0.3) ? seed : (nearInputs(canonical, seed, random, 1)[0] ?? seed);
}

/** What a program answers, as a test; undefined where it throws: nobody asserts that without being asked to. */
function asserted(bug: Bug, input: string, program: Program): string | undefined {
  const answer = program.answer(callOf(bug, input));
  return answer.kind === 'threw' ? undefined : expecting(bug, input, answer.told);
}

/** A misunderstanding that some worlds may share, where there is one at this input; else a value that nobody answers. */
function mistaken(bug: Bug, { base, canonical, wrong }: Candidates, input: string, random: Random): string | undefined {
  const shared = [base, ...wrong.map(({ program }) => program)].filter((program) => !sameAnswer(program, canonical, callOf(bug, input)));
  return shared.length === 0 ? expecting(bug, input, 'something else') : asserted(bug, input, random.pick(shared));
}

function expecting(bug: Bug, input: string, told: string): string {
  return `told(${callOf(bug, input)}) === ${JSON.stringify(told)}`;
}

function callOf(bug: Bug, input: string): string {
  return `${bug.name}(...${input})`;
}
