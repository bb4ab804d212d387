import { z } from 'zod';
import { commentMarker } from '../../domain/forge.ts';
import { escalationSchema } from '../../domain/escalation.ts';
import type { Escalation } from '../../domain/escalation.ts';
import type { JobEvent } from '../../domain/events.ts';
import type { TaskId } from '../../domain/ids.ts';
import { displayId, shortId } from '../../domain/ids.ts';
import { forgeOrigin } from '../../domain/issue.ts';
import type { ForgeOrigin } from '../../domain/issue.ts';
import { isRun, noticesGroup } from '../../domain/job-groups.ts';
import { forgeNeed } from '../../domain/needs.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import type { Task } from '../../domain/task.ts';
import { defineTaskType } from '../../domain/task-type.ts';
import type { Forges } from '../../ports/forge.ts';
import type { Engine, JobView, TaskHistory } from '../../weaver/engine.ts';
import { handle } from '../../weaver/handler.ts';
import { approvalSignal } from '../../workflow/escalate.ts';
import { leavingText } from '../../workflow/leaving-text.ts';
import { approveType, planType } from '../../workflow/task-types.ts';
import type { WorkflowTools } from '../../workflow/tools.ts';
import { answeredComment, escalationComment } from '../../workflow/words/escalation-comment.ts';

/** Writes at its issue that a task of a run waits for a person, or what became of that. How it stands is looked up when it is written. */
export const tellQuestionType = defineTaskType({
  name: 'miyabi.forge.ask',
  schemaVersion: 1,
  payload: z.object({ taskId: z.custom<TaskId>((value) => typeof value === 'string') }),
  result: z.object({ url: z.string().nullable() }),
});

type Records = Pick<Engine, 'status' | 'task'>;

/** What is needed to have a question told. */
interface Asking {
  readonly engine: Records & Pick<Engine, 'submit'>;
  readonly forges: Pick<Forges, 'names'>;
}

/** A question at a forge: the task that asks or has asked, and where that is read. */
interface AskedAtForge {
  readonly job: JobView;
  readonly history: TaskHistory;
  readonly origin: ForgeOrigin;
}

/** @returns undefined for what is told otherwise: the question about a plan stands in the plan's comment. */
async function askedAtForge(engine: Records, taskId: TaskId): Promise<AskedAtForge | undefined> {
  const history = await engine.task(taskId);
  const job = history === undefined ? undefined : await engine.status(history.task.jobId);
  if (history === undefined || job === undefined || !isRun(job)) return undefined;
  const origin = forgeOrigin(runAttributesSchema.parse(job.attributes).issue);
  if (origin === undefined || (await isAboutPlan(engine, history.task))) return undefined;
  return { job, history, origin };
}

async function isAboutPlan(engine: Records, { type, parentTaskId }: Task): Promise<boolean> {
  if (type !== approveType.name || parentTaskId === undefined) return false;
  return (await engine.task(parentTaskId))?.task.type === planType.name;
}

/**
 * The job that writes of an event at the issue, if it is one of a question: of a wait for a person that has begun, or of its end.
 * The same event gives the same job, whoever reads it.
 */
export async function tellQuestion({ engine, forges }: Asking, event: JobEvent) {
  const begins = event.type === 'task.state' && event.data.state === 'pending' && event.data.waiting === 'person';
  const ends = event.type === 'task.answered' && event.data.signal === approvalSignal;
  if (!begins && !ends) return undefined;
  const asked = await askedAtForge(engine, event.data.taskId);
  if (asked === undefined || !forges.names.includes(asked.origin.forge)) return undefined;
  const { taskId } = event.data;
  return await engine.submit({
    title: `${asked.origin.repository}#${asked.origin.number}: ${begins ? 'a question' : 'an answer'}`,
    groupKey: noticesGroup,
    idempotencyKey: `ask:${taskId}:${event.seq}`,
    tasks: [
      {
        type: tellQuestionType.name,
        key: 'ask',
        payload: { taskId },
        concurrencyKey: `ask:${taskId}`,
        needs: [forgeNeed(asked.origin.forge)],
      },
    ],
  });
}

/** Writes the comment of a question, or edits it once it is answered. Of one that was answered before anybody was told nothing is said. */
export function askAtIssue(engine: () => Records, tools: () => Promise<Pick<WorkflowTools, 'forges' | 'redact' | 'findSecrets'>>) {
  return handle(tellQuestionType, async ({ payload: { taskId } }) => {
    const asked = await askedAtForge(engine(), taskId);
    if (asked === undefined) return { kind: 'success', result: { url: null } };
    const { job, history, origin } = asked;
    const run = displayId('run', job.id);
    const marker = commentMarker(run, `question-${shortId(taskId)}`);
    const forge = await (await tools()).forges.open(origin.forge);
    const escalation = openEscalation(history.task);
    if (escalation === undefined && !(await forge.comments(origin)).some(({ body }) => body.includes(marker)))
      return { kind: 'success', result: { url: null } };
    const body = escalation === undefined ? answeredComment({ run, ...answerOf(history) }) : escalationComment({ run, escalation });
    const { url } = await forge.tell(origin, marker, leavingText(await tools(), body));
    return { kind: 'success', result: { url } };
  });
}

function openEscalation(task: Task): Escalation | undefined {
  if (task.state !== 'pending' || !('need' in task.waiting) || task.waiting.reason !== 'person') return undefined;
  const read = escalationSchema.safeParse(task.waiting.need.details);
  return read.success ? read.data : undefined;
}

function answerOf({ task, attempts }: TaskHistory): { readonly about: string; readonly by: string | undefined } {
  const about = attempts.findLast(({ outcome, reason }) => outcome === 'blocked' && reason !== undefined)?.reason ?? task.key;
  return { about, by: task.answer?.by };
}
