import { createHash } from 'node:crypto';
import type { Change } from '../../src/domain/change.ts';
import type { WorldEvidence } from '../../src/domain/choice.ts';
import type { BaseEvidence, CheckEvidence, TestEvidence } from '../../src/domain/evidence.ts';
import type { ExamEvidence } from '../../src/domain/examination.ts';
import { asCommitId, type CommitId } from '../../src/domain/ids.ts';
import { worldNames, type WorldName } from '../../src/domain/world.ts';
import { baseEvidence } from '../../src/evaluation/base.ts';
import { measureQuality } from '../../src/evaluation/quality/measure.ts';
import { writtenByWorld, writtenByWriter, type WrittenTest } from './authors.ts';
import type { Bug } from './bugs.ts';
import type { Candidate, Candidates } from './candidates.ts';
import { lineDiff } from './line-diff.ts';
import { answersTo, plansFor } from './probing.ts';
import type { Program } from './program.ts';
import { shuffled, type Random } from './random.ts';

/** Five worlds of one task, with all that was seen of them. */
export interface Draw {
  readonly right: ReadonlySet<WorldName>;
  readonly base: BaseEvidence;
  readonly worlds: readonly WorldEvidence[];
  readonly exam: ExamEvidence;
  /** Worlds that fail a test which the canonical solution passes. */
  readonly refuted: ReadonlySet<WorldName>;
  /** Of the tests that were written: all, those that the canonical solution fails, those that end differently in a right and a wrong world. */
  readonly tests: { readonly written: number; readonly toxic: number; readonly separating: number };
}

const file = 'program.js';
const writers = ['writer-1', 'writer-2'] as const;

/** @param right how many of the five are right. @returns undefined when there are too few candidates of one kind. */
export async function drawWorlds(bug: Bug, known: Candidates, right: number, random: Random): Promise<Draw | undefined> {
  if (known.right.length < right || known.wrong.length < 5 - right) return undefined;
  const drawn = [...shuffled(random, known.right).slice(0, right), ...shuffled(random, known.wrong).slice(0, 5 - right)];
  const worlds = shuffled(random, drawn).map((candidate, index) => ({ name: nameAt(index), candidate }));
  const tests = [
    ...worlds.flatMap(({ name, candidate }) => writtenByWorld(name, candidate, bug, known, random)),
    ...writers.flatMap((writer) => writtenByWriter(writer, bug, known, random)),
  ];
  const rightOnes = worlds.filter(({ candidate }) => candidate.isRight);
  return {
    right: new Set(rightOnes.map(({ name }) => name)),
    ...(await evidenceFor(bug, known.base, worlds, tests)),
    refuted: new Set(
      worlds
        .filter(({ candidate }) => tests.some(({ isToxic, expression }) => !isToxic && !passes(candidate.program, expression)))
        .map(({ name }) => name),
    ),
    tests: {
      written: tests.length,
      toxic: tests.filter(({ isToxic }) => isToxic).length,
      separating: tests.filter(({ expression }) => separates(expression, worlds)).length,
    },
  };
}

/** What the product would have seen of these worlds, with these tests. */
export async function evidenceFor(
  bug: Bug,
  base: Program,
  worlds: readonly DrawnWorld[],
  tests: readonly WrittenTest[],
): Promise<Pick<Draw, 'base' | 'worlds' | 'exam'>> {
  const check = checkOf(bug, base, 0);
  return {
    base: baseEvidence(check, check.tests),
    worlds: await Promise.all(worlds.map(({ name, candidate }, index) => evidenceOf(bug, name, candidate, index + 1))),
    exam: examOf(bug, base, worlds, tests),
  };
}

/** Whether a right and a wrong world end differently. */
function separates(expression: string, worlds: readonly { readonly candidate: Candidate }[]): boolean {
  const ends = (isRight: boolean): readonly boolean[] =>
    worlds.filter(({ candidate }) => candidate.isRight === isRight).map(({ candidate }) => passes(candidate.program, expression));
  return ends(true).some((one) => ends(false).some((other) => one !== other));
}

function nameAt(index: number): WorldName {
  return worldNames[index] ?? 'alpha';
}

async function evidenceOf(bug: Bug, world: WorldName, { text, program }: DrawnWorld['candidate'], commit: number): Promise<WorldEvidence> {
  const patch = lineDiff(file, bug.buggy, text);
  const lines = patch.split('\n').slice(4);
  const change: Change = {
    files: [
      {
        path: file,
        status: 'modified',
        addedLines: lines.filter((line) => line.startsWith('+')).length,
        removedLines: lines.filter((line) => line.startsWith('-')).length,
        binary: false,
        kind: 'file',
      },
    ],
  };
  return {
    kind: 'checked',
    world,
    stance: 'balanced',
    commit: commitOf(commit),
    change,
    check: checkOf(bug, program, commit),
    patchDigest: createHash('sha256').update(patch).digest('hex'),
    quality: await measureQuality({ change, patch, before: async () => bug.buggy, after: async () => text }),
    integrity: [],
    summary: '',
    costMicroUsd: 0,
    durationMs: 0,
  };
}

function commitOf(digit: number): CommitId {
  const id = asCommitId(String(digit).repeat(40));
  if (id === undefined) throw new Error('A commit is forty hexadecimal digits.');
  return id;
}

/** The visible examples are the tests of the project. */
function checkOf(bug: Bug, program: Program, commit: number): CheckEvidence {
  const absent = { kind: 'none', reason: 'There is none.' } as const;
  return {
    commit: commitOf(commit),
    install: absent,
    build: { kind: 'passed', command: 'node --check', durationMs: 0 },
    typeCheck: absent,
    tests: reported(
      bug.examples.map((expression, index) => ({ name: `examples.test.js > ${index}`, expression })),
      program,
    ),
    lint: { kind: 'reported', command: 'lint', warnings: 0, errors: 0, durationMs: 0 },
  };
}

function reported(tests: readonly Pick<WrittenTest, 'name' | 'expression'>[], program: Program): TestEvidence {
  const cases = tests.map(({ name, expression }) => ({
    id: name,
    file: name.slice(0, name.indexOf(' > ')),
    ...(passes(program, expression) ? { status: 'passed' as const } : { status: 'failed' as const, message: 'AssertionError' }),
  }));
  const exitCode = cases.some(({ status }) => status === 'failed') ? 1 : 0;
  return { kind: 'reported', runner: 'node:test', cases, exitCode, durationMs: 0, notes: [] };
}

function passes(program: Program, expression: string): boolean {
  const answer = program.answer(expression);
  return answer.kind === 'value' && answer.told === 'true';
}

/** A world with what it came to. */
export interface DrawnWorld {
  readonly name: WorldName;
  readonly candidate: Pick<Candidate, 'text' | 'program'>;
}

function examOf(bug: Bug, base: Program, worlds: readonly DrawnWorld[], tests: readonly WrittenTest[]): ExamEvidence {
  const authors = [...new Set(tests.map(({ author }) => author))];
  const by = authors.map((author) => ({ author, tests: tests.filter((test) => test.author === author) }));
  const plans = plansFor(bug, file, worlds);
  return {
    pool: by.map(({ author, tests: own }) => ({ author, first: reported(own, base), second: reported(own, base) })),
    columns: worlds.map(({ name, candidate }) => ({
      world: name,
      tests: by.map(({ author, tests: own }) => ({ author, evidence: reported(own, candidate.program) })),
      probes: plans.map((plan) => answersTo(plan, candidate.program)),
      durationMs: 0,
    })),
    probes: plans,
    notes: [],
  };
}
