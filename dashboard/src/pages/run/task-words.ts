import type { Answer } from '../../api/operations.ts';

/** A task of the engine, as the service tells it. */
export type RunTask = Answer<'listTasks'>['items'][number];
/** One execution of a task. */
export type RunAttempt = Answer<'listAttempts'>['items'][number];

/** What is done by tasks of a type that belong to no world. */
const words: Readonly<Record<string, string>> = {
  'issue.analyse': 'Analyse the issue',
  'issue.plan': 'Plan',
  'person.approve': 'Ask a person',
  'task.implement': 'Carry out',
  'base.prepare': 'Prepare the base',
  'base.check': 'Check the base',
  'tests.collect': 'Collect tests',
  'task.choose': 'Choose',
  'task.integrate': 'Integrate',
  'run.review': 'Review',
  'run.publish': 'Hand over',
  'run.ci': 'Checks of the pull request',
  'run.merge': 'Merge',
  'run.close': 'Close the issue',
  'run.cleanup': 'Clean up',
  'notice.send': 'Tell people',
};

/** What is done in a world by tasks of a type. */
const worldWords: Readonly<Record<string, string>> = {
  'world.run': 'works',
  'world.check': 'is checked',
  'exam.world': 'is examined',
  'tests.write': 'writes tests',
};

/** A task in a few words, such as `Plan` or `alpha is checked`; one of a kind that is not known by its own key. */
export function nameOf({ type, key, world }: Pick<RunTask, 'type' | 'key' | 'world'>): string {
  const kind = type.replace(/^miyabi\./, '');
  const inWorld = worldWords[kind];
  if (world !== null && inWorld !== undefined) return `${world} ${inWorld}`;
  return words[kind] ?? key.replaceAll(/[.-]/g, ' ');
}
