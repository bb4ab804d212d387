import { incidentInWords } from '../domain/incident.ts';
import type { Task } from '../domain/task.ts';
import type { BaseCheckResult, WorldRunResult } from '../workflow/task-types.ts';
import { analyseType, baseCheckType, chooseType, implementType, reviewType, worldRunType } from '../workflow/task-types.ts';
import { payloadOf, resultOfTask } from './task-results.ts';

/**
 * What the user of a run should know although it decided nothing, a sentence each: that the base's tests say little, that a model was of no
 * use where one was configured, that files of the user's changed meanwhile, and what a world wrote outside that has no place in a choice because
 * it ended early.
 */
export function warningsOf(tasks: readonly Task[]): readonly string[] {
  const bases = tasks.flatMap((task) => weakTests(resultOfTask(baseCheckType, task)));
  return [...new Set([...bases, ...aroundModels(tasks), ...aroundWorlds(tasks), ...aroundChoices(tasks)])];
}

/** What was done because a choice did not come out clear, and tasks that were gone on without. */
function aroundChoices(tasks: readonly Task[]): readonly string[] {
  return tasks.flatMap((task) => {
    const implemented = resultOfTask(implementType, task);
    const choice = resultOfTask(chooseType, task);
    const unsure = choice?.kind === 'chosen' && choice.confidence < lowConfidence && choice.decidedBy !== 'person';
    const told = unsure
      ? [`${choice.winner} won with a confidence of only ${Math.round(choice.confidence * 100)} %: read the change with care.`]
      : [];
    if (implemented?.integrated !== 'skipped') return told;
    return [`${payloadOf(implementType, task).planTask.id} was skipped: ${implemented.summary ?? 'no world passed'}`];
  });
}

/** Below it a person should look, whatever is configured to be done; 0 to 1. */
const lowConfidence = 0.25;

/** What the roles of models came to, where that was nothing. */
function aroundModels(tasks: readonly Task[]): readonly string[] {
  return tasks.flatMap((task) => {
    const reviewed = resultOfTask(reviewType, task);
    return [
      ...(resultOfTask(analyseType, task)?.warnings ?? []),
      ...(task.type === reviewType.name ? (payloadOf(reviewType, task)?.warnings ?? []) : []),
      ...(reviewed?.kind === 'reviewed' ? (reviewed.warnings ?? []) : []),
    ];
  });
}

/** How little the tests of the base tell, where that is so. */
function weakTests(result: BaseCheckResult | undefined): readonly string[] {
  switch (result?.tests.kind) {
    case 'none': {
      const found = result.notes.find((note) => /^No (?:tests|project)/.test(note)) ?? 'The tests of the base could not be run.';
      return [`${found} Without tests nothing shows that a change is right: read it with care.`];
    }
    case 'exit-code':
      return ['Of the tests only the exit code is known: they count as one test. With `checks.testReport` (JUnit XML) more would be.'];
    case 'timeout':
      return [
        'The tests of the base did not end within their time: those that did not come to an end count for and against nobody. `checks.timeoutMinutes` gives them longer.',
      ];
    default:
      return [];
  }
}

/** Worlds that were not run because their configuration had failed too often, a sentence each; said where the run succeeded without them. */
export function leftOut(tasks: readonly Task[]): readonly string[] {
  return tasks.flatMap((task) => {
    const result = resultOfTask(worldRunType, task);
    return result?.kind === 'ended' && result.status === 'skipped' ? [`${result.world.name} was left out: ${result.reason}.`] : [];
  });
}

/** The part of it that happened while the worlds worked; each fact once for all worlds that saw it. */
export function aroundWorlds(tasks: readonly Task[]): readonly string[] {
  const seen = new Map<string, string[]>();
  for (const task of tasks) {
    const result = resultOfTask(worldRunType, task);
    if (result === undefined) continue;
    for (const fact of factsOf(result)) seen.set(fact, [...(seen.get(fact) ?? []), result.world.name]);
  }
  return [...seen].map(([fact, worlds]) => `While ${inWords(worlds)} worked, ${fact}`);
}

function factsOf(result: WorldRunResult): readonly string[] {
  const findings = result.kind === 'ended' ? result.integrity.map((finding) => finding.detail) : [];
  const denied = (result.denied ?? []).map((incident) => `something was ${incidentInWords(incident)}.`);
  return [...[...result.warnings, ...findings].map(withoutWhen), ...denied];
}

/** Both kinds of sentences begin with when it was, which is said here with the worlds' names. */
function withoutWhen(sentence: string): string {
  return sentence.replace(/^While it ran, /, '');
}

function inWords(worlds: readonly string[]): string {
  const names = [...new Set(worlds)];
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
