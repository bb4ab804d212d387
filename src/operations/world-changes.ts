import type { CommitId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import { worldNames } from '../domain/world.ts';
import { chooseType, implementType, worldCheckType, worldRunType } from '../workflow/task-types.ts';
import { lastChoice } from './report.ts';
import { payloadOf, resultOfTask } from './task-results.ts';

/** What a world made of a task. */
export interface WorldChange {
  readonly world: string;
  /** Of a world that changed nothing, or is still at it, there is none. */
  readonly commit: CommitId | undefined;
  /** SHA-256 of its diff, once it is checked. */
  readonly patchDigest: string | undefined;
}

/** What the worlds of one plan task made of it. */
export interface TaskChanges {
  /** Of the plan task. */
  readonly id: string;
  readonly title: string;
  /** What all of them began with. */
  readonly base: CommitId;
  readonly winner: string | undefined;
  /** In the fixed order of worlds. */
  readonly worlds: readonly WorldChange[];
}

/** For each plan task that was begun: as the last choice has it, and before there is one as far as the worlds are. */
export function changesOfRun(tasks: readonly Task[]): readonly TaskChanges[] {
  return tasks
    .filter(({ type }) => type === implementType.name)
    .flatMap((task) => {
      const { id, title } = payloadOf(implementType, task).planTask;
      const children = tasks.filter(({ parentTaskId }) => parentTaskId === task.id);
      const changes = chosen(children) ?? underWay(children);
      return changes === undefined ? [] : [{ id, title, ...changes }];
    });
}

type Changes = Pick<TaskChanges, 'base' | 'winner' | 'worlds'>;

function chosen(children: readonly Task[]): Changes | undefined {
  const choice = lastChoice(children);
  const task = children.findLast(({ type }) => type === chooseType.name);
  if (choice === undefined || task === undefined) return undefined;
  const worlds = choice.verdicts.map(({ world, commit }) => ({ world, commit, patchDigest: patchDigestOf(children, world) }));
  return { base: payloadOf(chooseType, task).base, winner: choice.kind === 'chosen' ? choice.winner : undefined, worlds };
}

function underWay(children: readonly Task[]): Changes | undefined {
  const runs = children.filter(({ type }) => type === worldRunType.name);
  const last = runs.at(-1);
  if (last === undefined) return undefined;
  const worlds = worldNames.flatMap((world) => {
    const run = runs.findLast((task) => payloadOf(worldRunType, task).world.name === world);
    if (run === undefined) return [];
    const result = resultOfTask(worldRunType, run);
    return [{ world, commit: result?.kind === 'harvested' ? result.commit : undefined, patchDigest: patchDigestOf(children, world) }];
  });
  return { base: payloadOf(worldRunType, last).base, winner: undefined, worlds };
}

function patchDigestOf(children: readonly Task[], world: string): string | undefined {
  const check = children.findLast(({ key }) => key === `${world}.check`);
  const result = check === undefined ? undefined : resultOfTask(worldCheckType, check);
  return result?.kind === 'checked' ? result.patchDigest : undefined;
}
