import { escalationSchema } from '../../domain/escalation.ts';
import type { Escalation } from '../../domain/escalation.ts';
import type { JobEvent } from '../../domain/events.ts';
import { displayId } from '../../domain/ids.ts';
import type { JobId } from '../../domain/ids.ts';
import { isRun } from '../../domain/job-groups.ts';
import type { Notice, NoticeKind, Priority } from '../../domain/notice.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import type { Task } from '../../domain/task.ts';
import { visibleText } from '../../domain/visible-text.ts';
import type { Engine, JobView } from '../../weaver/engine.ts';
import { analyseType } from '../../workflow/task-types.ts';
import { deployEnvironmentType } from '../../workflow/deploy/deploy-task-types.ts';
import type { DeploymentReport } from '../deployment-report.ts';
import { deploymentInWords, deploymentsOf, notKept } from '../deployment-report.ts';
import { resultOfTask } from '../task-results.ts';

/** What is asked of the engine about something that happened. */
type Records = Pick<Engine, 'status' | 'task' | 'tasks'>;

/**
 * What people are to be told of an event, if anything: of a wait for a person or for money that is still on, of the end of a run, of a run
 * that cannot wait, of what became of a release. The same event gives the same notice, whoever reads it.
 */
export async function noticeOf(engine: Records, event: JobEvent): Promise<Notice | undefined> {
  switch (event.type) {
    case 'task.state':
      return await ofTask(engine, event);
    case 'job.state':
      return await ofEnd(engine, event);
    default:
      return undefined;
  }
}

type TaskEvent = Extract<JobEvent, { type: 'task.state' }>;

async function ofTask(engine: Records, event: TaskEvent): Promise<Notice | undefined> {
  const { state, waiting, taskType, taskId } = event.data;
  const waits = state === 'pending' && (waiting === 'person' || waiting === 'budget');
  const isAnalysed = state === 'succeeded' && taskType === analyseType.name;
  const isDeployed = state === 'succeeded' && taskType === deployEnvironmentType.name;
  if (!waits && !isAnalysed && !isDeployed) return undefined;
  const task = (await engine.task(taskId))?.task;
  if (task === undefined) return undefined;
  const job = await engine.status(task.jobId);
  if (job === undefined || !isRun(job)) return undefined;
  if (isDeployed) return ofDeployment(job, task, event.at);
  return isAnalysed ? ofUrgency(job, task, event.at) : await ofWait(engine, job, task);
}

/** What was taken back from people who use it is urgent, whatever the run is about. */
const ofEndOfDeployment: Readonly<Record<DeploymentReport['end'], { readonly kind: NoticeKind; readonly priority: Priority }>> = {
  live: { kind: 'deployed', priority: 'P3-Low' },
  refused: { kind: 'not-deployed', priority: 'P1-High' },
  abandoned: { kind: 'not-deployed', priority: 'P2-Medium' },
  'rolled-back': { kind: 'rolled-back', priority: 'P0-Critical' },
  broken: { kind: 'broken', priority: 'P0-Critical' },
};

function ofDeployment(job: JobView, task: Task, at: number): Notice | undefined {
  const [deployed] = deploymentsOf([task]);
  if (deployed === undefined) return undefined;
  return notice(job, { id: `deployed:${task.id}`, ...ofEndOfDeployment[deployed.end], text: deploymentInWords(deployed), at });
}

/** Of one that was answered meanwhile nobody has to hear. */
async function ofWait(engine: Records, job: JobView, task: Task): Promise<Notice | undefined> {
  if (task.state !== 'pending' || !('need' in task.waiting)) return undefined;
  const { need, since, reason } = task.waiting;
  if (reason !== 'person' && reason !== 'budget') return undefined;
  const read = escalationSchema.safeParse(need.details);
  const escalation = read.success ? read.data : undefined;
  const kind = reason === 'budget' ? 'budget' : escalation === undefined ? 'question' : kindOf(escalation);
  const text = [need.question, ...(escalation === undefined ? [] : wordsOf(escalation))].join('\n');
  const urgency = escalation === undefined ? await urgencyOf(engine, job.id) : urgencyBySeverity[escalation.severity];
  return notice(job, { id: `waits:${task.id}:${since}`, kind, text, at: since, priority: kind === 'told' ? 'P3-Low' : urgency });
}

const urgencyBySeverity: Readonly<Record<Escalation['severity'], Priority>> = {
  critical: 'P0-Critical',
  high: 'P1-High',
  medium: 'P2-Medium',
  low: 'P3-Low',
};

/** A plan that goes on unless somebody says no is only told of. */
function kindOf({ deadline }: Escalation): NoticeKind {
  return deadline?.otherwise === 'approve' ? 'told' : 'escalation';
}

function wordsOf({ reason, context, deadline }: Escalation): readonly string[] {
  const failing = context.failing_checks.slice(0, 10);
  return [
    `Why: ${reason}`,
    ...(failing.length === 0 ? [] : [`Failing: ${failing.join(', ')}`]),
    ...(context.recommendation === '' ? [] : [`Recommended: ${context.recommendation}`]),
    ...(deadline === undefined
      ? []
      : [
          `At ${new Date(deadline.at).toISOString()} it is ${deadline.otherwise === 'approve' ? 'approved' : 'rejected'} unless somebody answers.`,
        ]),
  ];
}

function ofUrgency(job: JobView, task: Task, at: number): Notice | undefined {
  const analysis = resultOfTask(analyseType, task);
  if (analysis?.priority !== 'P0-Critical') return undefined;
  return notice(job, {
    id: `hotfix:${job.id}`,
    kind: 'hotfix',
    priority: 'P0-Critical',
    text: 'It is being repaired at once, in one task.',
    at,
  });
}

const ends: Readonly<Partial<Record<string, NoticeKind>>> = {
  completed: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
  stuck: 'stuck',
};

async function ofEnd(engine: Records, event: Extract<JobEvent, { type: 'job.state' }>): Promise<Notice | undefined> {
  const { jobId, state, reason } = event.data;
  const ended = ends[state];
  if (ended === undefined) return undefined;
  const job = await engine.status(jobId);
  if (job === undefined || !isRun(job)) return undefined;
  const missed = ended === 'finished' ? notKept(deploymentsOf(await engine.tasks(jobId, { type: deployEnvironmentType.name }))) : undefined;
  const kind = missed === undefined ? ended : 'failed';
  const usual = await urgencyOf(engine, jobId);
  const priority = kind === 'finished' || kind === 'cancelled' ? 'P3-Low' : usual;
  return notice(job, { id: `ended:${jobId}:${event.seq}`, kind, text: missed ?? reason, at: event.at, priority });
}

/** As the analysis has judged it; in between before that. */
async function urgencyOf(engine: Records, jobId: JobId): Promise<Priority> {
  const [analysed] = await engine.tasks(jobId, { type: analyseType.name, limit: 1 });
  return (analysed === undefined ? undefined : resultOfTask(analyseType, analysed)?.priority) ?? 'P2-Medium';
}

/** What has become of a run, after its name. */
export const noticeInWords: Readonly<Record<NoticeKind, string>> = {
  question: 'waits for an answer',
  told: 'goes on with its plan unless somebody says no',
  escalation: 'waits for a decision',
  budget: 'is held up by its budget',
  hotfix: 'is about something critical',
  finished: 'is done',
  failed: 'has failed',
  cancelled: 'was cancelled',
  stuck: 'cannot go on',
  deployed: 'has deployed its release',
  'not-deployed': 'has not deployed its release',
  'rolled-back': 'had its release taken back',
  broken: 'has left an environment broken',
};

function notice(job: JobView, { text, ...what }: Pick<Notice, 'id' | 'kind' | 'text' | 'at' | 'priority'>): Notice {
  const run = displayId('run', job.id);
  const { origin } = runAttributesSchema.parse(job.attributes).issue;
  const where = origin.kind === 'forge' ? `${origin.repository}#${origin.number}: ` : '';
  const title = visibleText(`${run} ${noticeInWords[what.kind]}: ${where}${job.title}`).text.replaceAll(/\s+/g, ' ');
  return {
    ...what,
    run,
    title: title.slice(0, 300),
    text: visibleText(text).text.slice(0, 4_000),
    ...(origin.kind === 'forge' ? { url: origin.url } : {}),
  };
}
