import type { TaskSpec } from '../domain/job.ts';
import { forgeOrigin } from '../domain/issue.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { PlannedWork } from './forge-task-types.ts';
import { pullRequestType } from './forge-task-types.ts';
import { needsOfForge, needsOfPrograms } from './needs-of.ts';
import type { ImplementPayload, ReviewResult } from './task-types.ts';
import { implementType, publishType } from './task-types.ts';

/** What is mended on the branch of a run after it was reviewed. */
export interface Mending {
  /** Names the task among all of the run, such as `repair-ci-1`. */
  readonly id: string;
  readonly title: string;
  /** For agents; strangers' words in it stand in fences. */
  readonly instructions: string;
  readonly work: PlannedWork;
}

/** One more task on top of the branch, in worlds like every other. */
export function mendTask({ id, title, instructions, work }: Mending): TaskSpec {
  const number = work.tasks.length + 1;
  const payload: ImplementPayload = {
    planTask: {
      id,
      title,
      instructions,
      after: [],
      estimatedMinutes: 15,
      agentType: 'codegen',
      position: { number, of: number },
      changeType: work.type === 'docs' || work.type === 'test' ? work.type : 'bug',
    },
    step: { kind: 'start' },
    round: 1,
  };
  return { type: implementType.name, key: id, payload };
}

/** Hands the branch over as it is when `after` have succeeded, and brings the pull request up to date. */
export function pushAgain(
  run: Pick<RunAttributes, 'config' | 'issue'>,
  about: { readonly work: PlannedWork; readonly review: ReviewResult },
  after: readonly string[],
): readonly TaskSpec[] {
  if (forgeOrigin(run.issue) === undefined) throw new Error('the issue of this run stands at no forge');
  return [
    {
      type: publishType.name,
      key: 'publish',
      payload: {},
      dependencies: after.map((on) => ({ on, until: 'succeeded' })),
      needs: needsOfPrograms(run),
    },
    {
      type: pullRequestType.name,
      key: 'pull-request',
      payload: about,
      dependencies: [{ on: 'publish', until: 'succeeded' }],
      needs: needsOfForge(run),
    },
  ];
}
