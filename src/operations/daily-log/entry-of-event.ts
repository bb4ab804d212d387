import type { JobEvent } from '../../domain/events.ts';
import { displayId } from '../../domain/ids.ts';
import { isRun } from '../../domain/job-groups.ts';
import type { Task } from '../../domain/task.ts';
import { endStates } from '../../domain/task.ts';
import { visibleText } from '../../domain/visible-text.ts';
import type { DailyEntry } from '../../ports/daily-log.ts';
import type { Engine, JobView, TaskHistory } from '../../weaver/engine.ts';
import { analyseType, cleanupType, implementType, planType, publishType, reviewType } from '../../workflow/task-types.ts';
import { ciType, mergeType, pullRequestType } from '../../workflow/forge-task-types.ts';
import { deployEnvironmentType } from '../../workflow/deploy/deploy-task-types.ts';
import { deploymentInWords, deploymentsOf } from '../deployment-report.ts';
import { payloadOf, resultOfTask } from '../task-results.ts';

/** Whose part of a run each kind of task is. What is not named here is a step of one of these. */
const agents: Readonly<Record<string, string>> = {
  [analyseType.name]: 'IssueAgent',
  [planType.name]: 'CoordinatorAgent',
  [implementType.name]: 'CodeGenAgent',
  [reviewType.name]: 'ReviewAgent',
  [publishType.name]: 'PRAgent',
  [pullRequestType.name]: 'PRAgent',
  [ciType.name]: 'DeploymentAgent',
  [mergeType.name]: 'DeploymentAgent',
  [deployEnvironmentType.name]: 'DeploymentAgent',
  [cleanupType.name]: 'orchestrator',
};

/** What stands in the daily log of an event: an entry for each task of a run that has come to its end. */
export async function entryOf(engine: Pick<Engine, 'status' | 'task'>, event: JobEvent): Promise<DailyEntry | undefined> {
  if (event.type !== 'task.state' || agents[event.data.taskType] === undefined) return undefined;
  if (!(endStates as readonly string[]).includes(event.data.state)) return undefined;
  const history = await engine.task(event.data.taskId);
  const job = history === undefined ? undefined : await engine.status(history.task.jobId);
  if (history === undefined || job === undefined || !isRun(job)) return undefined;
  return { id: `${event.data.taskId}:${event.seq}`, at: event.at, text: words(job, history, event) };
}

function words(job: JobView, { task, attempts, why }: TaskHistory, event: Extract<JobEvent, { type: 'task.state' }>): string {
  const { state, reason, taskType, key } = event.data;
  const quality = qualityOf(task);
  const did = [...attempts.flatMap(({ observations }) => observations), ...actionsOf(task)].slice(0, 20);
  const lines = [
    `- Agent: ${agents[taskType]}${winnerOf(task)}`,
    `- Status: ${state}${state === 'succeeded' || state === 'decomposed' ? '' : ` (${oneLine(reason || why)})`}`,
    `- Duration: ${seconds(event.at - (attempts[0]?.startedAt ?? task.createdAt))} s, of which ${seconds(task.wallMs)} s at work in it`,
    `- Quality: ${quality === undefined ? 'n/a' : `${quality} points`}`,
    did.length === 0 ? '- Actions: none' : `- Actions:\n${did.map((action) => `  - ${oneLine(action)}`).join('\n')}`,
  ];
  const time = new Date(event.at).toISOString().slice(11, 19);
  return `## ${time} ${displayId('run', job.id)} ${oneLine(key)}: ${oneLine(titleOf(task) ?? job.title)}\n\n${lines.join('\n')}`;
}

function titleOf(task: Task): string | undefined {
  return task.type === implementType.name ? payloadOf(implementType, task)?.planTask.title : undefined;
}

function winnerOf(task: Task): string {
  const winner = task.type === implementType.name ? resultOfTask(implementType, task)?.winner : undefined;
  return winner === undefined || winner === '' ? '' : ` (world ${winner})`;
}

function qualityOf(task: Task): number | undefined {
  if (task.type === implementType.name) return resultOfTask(implementType, task)?.worldScore;
  const review = task.type === reviewType.name ? resultOfTask(reviewType, task) : undefined;
  return review?.kind === 'reviewed' ? review.report.score : undefined;
}

function actionsOf(task: Task): readonly string[] {
  if (task.type === publishType.name) {
    const published = resultOfTask(publishType, task);
    return published === undefined ? [] : [`pushed ${published.commit.slice(0, 8)} to ${published.branch}`];
  }
  if (task.type === deployEnvironmentType.name) return deploymentsOf([task]).map(deploymentInWords);
  const summary = task.type === implementType.name ? resultOfTask(implementType, task)?.summary : undefined;
  return summary === undefined || summary.trim() === '' ? [] : [summary];
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(ms < 10_000 ? 1 : 0);
}

/** Foreign words: on one line, without markup that would end it. */
function oneLine(text: string): string {
  const plain = visibleText(text).text.replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;').trim();
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}
