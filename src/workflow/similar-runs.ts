import { displayId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { visibleText } from '../domain/visible-text.ts';
import { comparedBody, likeness } from '../domain/similarity.ts';
import type { SimilarRun } from '../ports/agent.ts';
import type { Lesson } from '../ports/lessons.ts';
import type { SettledTask } from '../domain/job.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { openMirror } from './open-mirror.ts';
import { resultIfAny, whyNot } from './settled.ts';
import { implementType, publishType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/** Runs that are told at most, and how alike (0 to 1) they must be. */
const mostSimilar = 3;
const leastLikeness = 0.2;
/** The newest ones are looked through. */
const mostCompared = 500;

/** Paths that are told of one run, and characters of what it said. */
const mostFiles = 30;
const longestSummary = 2_000;

/**
 * Runs of the same repository that were about something alike and have ended, the most alike first; never the run itself, nor one that has
 * done the very same: who asks for that again is to be given the same answers, from the cache where they are kept.
 */
export async function similarRuns(
  { ledger }: Pick<WorkflowTools, 'ledger'>,
  context: Pick<TaskContext<unknown>, 'jobId' | 'attributes'>,
): Promise<readonly SimilarRun[]> {
  const { issue, repositoryId } = runOf(context);
  const past = (await ledger.lessons.of(repositoryId, mostCompared)).filter(
    (lesson) => lesson.jobId !== context.jobId && !hasDone(lesson, issue),
  );
  const alike = likeness(issue, past);
  return past
    .map((lesson, index): SimilarRun => ({ ...toldOf(lesson), likeness: alike[index] ?? 0 }))
    .filter((run) => run.likeness >= leastLikeness)
    .toSorted((one, other) => other.likeness - one.likeness)
    .slice(0, mostSimilar);
}

function hasDone({ outcome, title, body }: Lesson, issue: Issue): boolean {
  return outcome === 'succeeded' && title === issue.title && body === issue.body.slice(0, comparedBody);
}

function toldOf({ jobId, title, outcome, files, summary }: Lesson): Omit<SimilarRun, 'likeness'> {
  return { run: displayId('run', jobId), title, outcome, files, summary };
}

/** Keeps what later runs may learn from this one. @param context of the run's last task, which waits for all that it tells of. */
export async function keepLesson(tools: WorkflowTools, context: TaskContext<unknown>): Promise<void> {
  const { issue, repositoryId, base } = runOf(context);
  const outcome = context.dependencies.every(({ end }) => end.state === 'succeeded') ? 'succeeded' : 'failed';
  const mirror = await openMirror(tools, context);
  const head = await mirror.readRef(runHeadRef(context.jobId));
  // The refs go last: an attempt before this one has kept it.
  if (head === undefined && outcome === 'succeeded') return;
  const change = head === undefined ? undefined : await mirror.change(base.commit, head);
  await tools.ledger.lessons.save({
    jobId: context.jobId,
    repositoryId,
    title: issue.title,
    body: issue.body.slice(0, comparedBody),
    outcome,
    files: (change?.files ?? []).slice(0, mostFiles).map(({ path }) => path),
    summary: visibleText(summaryOf(context.dependencies)).text.slice(0, longestSummary),
  });
}

/** What the winners said, and of what failed the first reason: the rest follows from it. */
function summaryOf(settled: readonly SettledTask[]): string {
  const said = settled.flatMap((task) => resultIfAny(implementType, task)?.summary ?? []);
  const failed = settled.find(({ end }) => end.state === 'dead') ?? settled.find(({ end }) => end.state !== 'succeeded');
  const why =
    failed === undefined ? [] : [`${failed.type === publishType.name ? 'It was not handed over' : failed.key}: ${whyNot(failed)}`];
  return [...said, ...why].filter((text) => text.trim() !== '').join('\n');
}
