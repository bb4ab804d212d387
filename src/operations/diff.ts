import { redactPatch } from '../domain/diff/redact-patch.ts';
import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { JobView } from '../weaver/engine.ts';
import { openDiff } from './open-diff.ts';
import type { OperationTools } from './tools.ts';

/** Which change is to be shown. */
export interface DiffRequest {
  /** The winner where none is named. */
  readonly world: string | undefined;
  /** Shown against `world` instead of the base. */
  readonly other: string | undefined;
  /** Id of the plan task; the first with such worlds where none is named. */
  readonly task?: string | undefined;
}

/**
 * The unified diff of a world's change, or between the changes of two worlds, without secrets: a change that holds one can still be looked at.
 * @throws Failure (notFoundOrLocked) where there is no such world, none has won, or it is no longer here.
 */
export async function diffOfRun(tools: OperationTools, job: JobView, { world, other, task }: DiffRequest): Promise<string> {
  const named = other === undefined ? { b: world } : { a: world ?? (await winnerOf(tools, job, task)), b: other };
  const diff = await openDiff(tools, job, { ...named, task });
  if (named.b === undefined && diff.changes.winner === undefined) throw noWinner(job);
  return redactPatch(await diff.patch(), (text) => tools.redact(text));
}

async function winnerOf(tools: OperationTools, job: JobView, task: string | undefined): Promise<string> {
  const { winner } = (await openDiff(tools, job, { task })).changes;
  if (winner === undefined) throw noWinner(job);
  return winner;
}

function noWinner(job: JobView): Failure {
  const run = displayId('run', job.id);
  return new Failure('notFoundOrLocked', {
    what: `${run} has no winner to show.`,
    why: 'No choice has been made yet, or none was good enough.',
    fix: `Name a world: \`miyabi diff ${run} alpha\`. \`miyabi explain ${run}\` names them.`,
  });
}
