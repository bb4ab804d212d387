import type { Choice, WorldVerdict } from '../domain/choice.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import type { JobView } from '../weaver/engine.ts';
import { chooseType, implementType } from '../workflow/task-types.ts';
import { lastChoice } from './report.ts';
import { payloadOf } from './task-results.ts';

/** A judged world whose change somebody wants to go on with. */
export interface WorldOfRun {
  /** Of the plan task. */
  readonly planTask: string;
  readonly title: string;
  /** Whether other tasks of the run were judged too, whose worlds have the same names. */
  readonly isOneOfSeveral: boolean;
  readonly world: string;
  /** What it has made of `base`. */
  readonly commit: CommitId;
  readonly base: CommitId;
  readonly verdict: WorldVerdict;
}

export interface WantedWorld {
  /** The winner where none is named. */
  readonly world?: string | undefined;
  /** Id of the plan task; needed where several have such a world. */
  readonly task?: string | undefined;
}

/**
 * The world that somebody means, with its change.
 * @throws Failure (notFoundOrLocked) where there is no such world, or none that may be taken; (usage) where several are meant.
 */
export function worldOfRun(job: JobView, tasks: readonly Task[], wanted: WantedWorld): WorldOfRun {
  const run = displayId('run', job.id);
  const all = judgedTasks(tasks);
  const judged = all.filter(({ planTask }) => wanted.task === undefined || planTask === wanted.task);
  if (judged.length === 0) throw nothingChosen(run, wanted.task);
  const [found, ...others] = judged.flatMap((task) => ofTask(task, wanted.world) ?? []);
  if (found === undefined) throw noSuchWorld(run, wanted.world, judged);
  if (others.length > 0) throw several(run, [found, ...others]);
  const { verdict, planTask } = found;
  if (verdict.isStopped === true) throw stopped(run, verdict);
  if (verdict.commit === undefined) throw withoutChange(run, verdict);
  const { title, base } = found;
  return { planTask, title, isOneOfSeveral: all.length > 1, world: verdict.world, commit: verdict.commit, base, verdict };
}

interface JudgedTask {
  readonly planTask: string;
  readonly title: string;
  readonly base: CommitId;
  readonly choice: Choice;
}

function judgedTasks(tasks: readonly Task[]): readonly JudgedTask[] {
  return tasks
    .filter(({ type }) => type === implementType.name)
    .flatMap((task) => {
      const children = tasks.filter(({ parentTaskId }) => parentTaskId === task.id);
      const choice = lastChoice(children);
      const chosen = children.findLast(({ type }) => type === chooseType.name);
      if (choice === undefined || chosen === undefined) return [];
      const { id: planTask, title } = payloadOf(implementType, task).planTask;
      return [{ planTask, title, base: payloadOf(chooseType, chosen).base, choice }];
    });
}

function ofTask(task: JudgedTask, world: string | undefined): (JudgedTask & { readonly verdict: WorldVerdict }) | undefined {
  const { choice } = task;
  const name = world ?? (choice.kind === 'chosen' ? choice.winner : undefined);
  const verdict = choice.verdicts.find((one) => one.world === name);
  return verdict === undefined ? undefined : { ...task, verdict };
}

function nothingChosen(run: string, task: string | undefined): Failure {
  return new Failure('notFoundOrLocked', {
    what: task === undefined ? `${run} has made no choice.` : `${run} has made no choice for a task ${task}.`,
    why: 'A world can be taken once all of them have been judged.',
    fix: `\`miyabi show ${run}\` tells how far it is.`,
  });
}

function noSuchWorld(run: string, world: string | undefined, judged: readonly JudgedTask[]): Failure {
  const names = [...new Set(judged.flatMap(({ choice }) => choice.verdicts.map((verdict) => verdict.world)))].join(', ');
  return new Failure('notFoundOrLocked', {
    what: world === undefined ? `No world of ${run} has won.` : `${run} has no world ${world}.`,
    why: names === '' ? 'None was begun.' : `It has ${names}.`,
    fix: `Name one of them; \`miyabi explain ${run}\` tells what speaks for and against each.`,
  });
}

function several(run: string, found: readonly { readonly planTask: string }[]): Failure {
  return new Failure('usage', {
    what: `Several tasks of ${run} have such a world.`,
    why: `They are ${found.map(({ planTask }) => planTask).join(', ')}, and each has worlds of its own.`,
    fix: 'Say which task is meant, such as `--task task-1`.',
  });
}

function stopped(run: string, { world, against }: WorldVerdict): Failure {
  return new Failure('notFoundOrLocked', {
    what: `${world} of ${run} can be taken by nobody.`,
    why: against[0] ?? 'There is a secret in it.',
    fix: `Take another one; \`miyabi explain ${run}\` names them.`,
  });
}

function withoutChange(run: string, { world, against }: WorldVerdict): Failure {
  return new Failure('notFoundOrLocked', {
    what: `${world} of ${run} has no change that could be taken.`,
    why: against[0] ?? 'It came to no end, or changed nothing.',
    fix: `Take another one; \`miyabi explain ${run}\` names them.`,
  });
}
