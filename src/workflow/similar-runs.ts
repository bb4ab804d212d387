import { errorsIn } from '../domain/error-signature.ts';
import { mentionedFiles } from '../domain/analysis.ts';
import { displayId } from '../domain/ids.ts';
import type { JobId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { forgeOrigin, issueLimit } from '../domain/issue.ts';
import type { SettledTask } from '../domain/job.ts';
import { readyToMerge, stateLabels } from '../domain/labels.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { SimilarRun } from '../ports/agent.ts';
import type { KnowledgeEntry, KnowledgeMatch } from '../ports/knowledge.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { openMirror } from './open-mirror.ts';
import { resultIfAny, whyNot } from './settled.ts';
import { implementType, publishType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/** Runs that are told at most, and how much of the issue they must hold (0 to 1). */
const mostSimilar = 3;
const leastLikeness = 0.2;
/** So many are looked at, since some of them are not to be told. */
const mostLookedAt = 12;

/** What is told of one run: paths, and characters of what was learnt. */
const mostFiles = 30;
const longestSummary = 2_000;
/** What is kept of one: paths, tasks, and characters of its diff. */
const most = { paths: 200, tasks: 50, diff: 100_000, lesson: 4_000, errorsAsked: 10 } as const;

type Learning = Pick<WorkflowTools, 'knowledge' | 'redact'>;

/**
 * Runs of the same repository that were about something alike and have ended, the most alike first; never the run itself, nor one that has
 * done the very same: who asks for that again is to be given the same answers, from the cache where they are kept. Everything in them is
 * foreign text. Without a knowledge base that can be searched there are none, which is said.
 *
 * @param files of the repository: those of them that the issue names are looked for.
 */
export async function similarRuns(
  { knowledge, redact }: Learning,
  context: Pick<TaskContext<unknown>, 'jobId' | 'attributes' | 'progress'>,
  files: readonly string[],
): Promise<readonly SimilarRun[]> {
  const { issue, repositoryId } = runOf(context);
  const text = `${issue.title}\n${issue.body}`;
  try {
    const base = await knowledge();
    const { matches, notes } = await base.search({
      text,
      repositoryId,
      only: 'repository',
      paths: mentionedFiles(text, files),
      labels: learntLabels(issue),
      errorSignatures: errorsIn(text, most.errorsAsked).map(({ signature }) => signature),
      most: mostLookedAt,
    });
    for (const note of notes) context.progress(note);
    const own = learntIssue(issue, redact);
    return matches
      .filter(({ entry, likeness }) => isOther(entry, context.jobId) && !hasDone(entry, own) && likeness >= leastLikeness)
      .slice(0, mostSimilar)
      .map(toldOf);
  } catch (error) {
    // What was learnt helps, and nothing depends on it.
    context.progress(`Earlier runs could not be looked up: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function isOther({ kind, id }: KnowledgeEntry, jobId: JobId): boolean {
  return kind === 'run' && id !== entryId(jobId);
}

function hasDone({ outcome, title, body }: KnowledgeEntry, issue: Pick<KnowledgeEntry, 'title' | 'body'>): boolean {
  return outcome === 'succeeded' && title === issue.title && body === issue.body;
}

function toldOf({ entry, likeness }: KnowledgeMatch): SimilarRun {
  const { id, title, outcome, paths, lessons } = entry;
  return {
    run: displayId('run', id.slice('run:'.length)),
    title,
    outcome: outcome === 'succeeded' ? 'succeeded' : 'failed',
    files: paths.slice(0, mostFiles),
    summary: lessons.join('\n').slice(0, longestSummary),
    likeness,
  };
}

/**
 * Keeps what later runs and people may learn from this one, however it ended. Secrets that we know of, and whatever looks like one, are not in
 * it. @param context of the run's last task, which waits for all that it tells of.
 */
export async function keepLesson(tools: WorkflowTools, context: TaskContext<unknown>): Promise<void> {
  const { issue, repositoryId, base, startedFrom } = runOf(context);
  // Whoever made that change has told of it.
  if (startedFrom?.kind === 'pick') return;
  const outcome = context.dependencies.every(({ end }) => end.state === 'succeeded') ? 'succeeded' : 'failed';
  const mirror = await openMirror(tools, context);
  const head = await mirror.readRef(runHeadRef(context.jobId));
  // The refs go last: an attempt before this one has kept it.
  if (head === undefined && outcome === 'succeeded') return;
  const [change, commits, diff] =
    head === undefined
      ? [undefined, [], '']
      : await Promise.all([mirror.change(base.commit, head), mirror.commits(base.commit, head), mirror.patch(base.commit, head)]);
  const plain = (text: string) => tools.redact(visibleText(text).text).text;
  const number = forgeOrigin(issue)?.number;
  const knowledge = await tools.knowledge();
  await knowledge.save({
    id: entryId(context.jobId),
    kind: 'run',
    repositoryId,
    issue: number === undefined ? undefined : String(number),
    ...learntIssue(issue, tools.redact),
    plan: commits.slice(0, most.tasks).map(({ message }) => plain(message.split('\n', 1)[0] ?? '')),
    outcome,
    paths: (change?.files ?? []).slice(0, most.paths).map(({ path }) => path),
    labels: learntLabels(issue).map(plain),
    // As it is, without what only a reader of prose would not see.
    diff: tools.redact(diff.slice(0, most.diff)).text,
    errors: await tools.ledger.knowledge.errorsOf(context.jobId),
    lessons: lessonsOf(context.dependencies).map((lesson) => plain(lesson).slice(0, most.lesson)),
    at: tools.clock.now(),
  });
}

function learntIssue({ title, body }: Issue, redact: Learning['redact']): Pick<KnowledgeEntry, 'title' | 'body'> {
  return { title: redact(title).text, body: redact(body).text.slice(0, issueLimit) };
}

/** What people have put on the issue; where our run of it stood tells nothing of what it is about. */
function learntLabels(issue: Issue): readonly string[] {
  return (forgeOrigin(issue)?.labels ?? []).filter(
    (label) => !(stateLabels as readonly string[]).includes(label) && label !== readyToMerge,
  );
}

function entryId(jobId: JobId): string {
  return `run:${jobId}`;
}

/** What the winners said, and of what failed the first reason: the rest follows from it. */
function lessonsOf(settled: readonly SettledTask[]): readonly string[] {
  const said = settled.flatMap((task) => resultIfAny(implementType, task)?.summary ?? []);
  const failed = settled.find(({ end }) => end.state === 'dead') ?? settled.find(({ end }) => end.state !== 'succeeded');
  const why =
    failed === undefined ? [] : [`${failed.type === publishType.name ? 'It was not handed over' : failed.key}: ${whyNot(failed)}`];
  return [...said, ...why].filter((text) => text.trim() !== '');
}
