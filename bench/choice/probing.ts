import type { ProbeAnswers, ProbePlan } from '../../src/domain/examination.ts';
import { shownCall, toldAnswer } from '../../src/evaluation/examine/probe/answers.ts';
import { planProbes } from '../../src/evaluation/examine/probe/plan-probes.ts';
import type { Json } from '../../src/evaluation/examine/probe/told.ts';
import type { Bug } from './bugs.ts';
import type { DrawnWorld } from './draw.ts';
import type { Program } from './program.ts';

/** Fewer than in a run, where each world has a process of its own for them. */
const inputs = 100;

/** Inputs made up by the product from what everybody sees: the worlds' code, the examples and the issue. */
export function plansFor(bug: Bug, path: string, worlds: readonly DrawnWorld[]): readonly ProbePlan[] {
  const exported = (text: string): string => `${text}\nmodule.exports = { ${bug.name} };\n`;
  return planProbes({
    files: [{ path, base: exported(bug.buggy), worlds: new Map(worlds.map(({ name, candidate }) => [name, exported(candidate.text)])) }],
    tests: [{ path: 'examples.test.js', text: bug.exampleTest }],
    words: [bug.words],
    count: inputs,
    seed: 1,
  }).filter(({ name }) => name === bug.name);
}

export function answersTo(plan: ProbePlan, program: Program): ProbeAnswers {
  const { path, name } = plan;
  return { path, name, answers: plan.inputs.map((input) => answerTo(program, shownCall(plan, input))) };
}

function answerTo(program: Program, call: string): string {
  const answer = program.answer(call);
  return toldAnswer(
    answer.kind === 'threw'
      ? { kind: 'threw', name: answer.name, message: answer.message }
      : { kind: 'returned', value: JSON.parse(answer.told) as Json },
  );
}
