import type { DecisionRow } from '../domain/api/decisions.ts';
import type { JobEvent } from '../domain/events.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { answeredByTime } from '../domain/outcome.ts';
import type { Task } from '../domain/task.ts';
import type { AnsweredQuestion } from '../ports/answers.ts';
import type { FollowUp } from '../ports/follow-ups.ts';
import type { AskedQuestion } from '../ports/model-ledger.ts';
import { answerInWords } from './answers-given.ts';
import type { OperationTools } from './tools.ts';

/** What people decided in a run: what they answered, what they began with its worlds, and what they did to the run itself. In no order. */
export async function decisionsOfPeople(
  { engine, ledger }: Pick<OperationTools, 'engine' | 'ledger'>,
  jobId: JobId,
  tasks: readonly Task[],
): Promise<readonly PersonRow[]> {
  const answers = await ledger.answers.ofRun(jobId);
  const recorded = new Set(answers.map(({ taskId }) => taskId));
  // Of a run that began before answers were kept by themselves.
  const older = (await ledger.questions.ofRun(jobId)).filter(({ taskId }) => !recorded.has(taskId));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const rows: PersonRow[] = [];
  for await (const event of engine.events(jobId)) rows.push(...ofEvent(event, { tasks: byId, recorded }));
  const began = await ledger.followUps.from(jobId);
  return [...answers.map(ofAnswer), ...older.flatMap(ofQuestion), ...began.map(ofFollowUp), ...rows];
}

/** @property taskId of the task that it is about; undefined where it is about the run. */
export type PersonRow = Pick<DecisionRow, 'id' | 'at' | 'who' | 'what' | 'why' | 'world'> & { readonly taskId: TaskId | undefined };

const words = { approve: 'yes', reject: 'no', fix: 'mended' } as const;

function ofAnswer({ id, taskId, answeredAt, by, answer, question, reason, world, scope, standing }: AnsweredQuestion): PersonRow {
  const holds = standing === undefined ? { once: '', run: ', for this run', always: ', always' }[scope] : ', said before';
  return {
    id: `answer-${id}`,
    at: answeredAt,
    who: by,
    what: `${words[answer]}${holds}`,
    why: reason === undefined ? question : `${question} ${reason}`,
    world: world ?? null,
    taskId,
  };
}

/** Of a task that went on running while it waited. */
function ofQuestion({ key, taskId, text, answer }: AskedQuestion): readonly PersonRow[] {
  if (answer === undefined) return [];
  const { approved, by, at, reason } = answer;
  const why = reason === undefined ? text : `${text} ${reason}`;
  return [{ id: `asked-${key}`, at, who: by, what: approved ? 'yes' : 'no', why, world: null, taskId }];
}

function ofFollowUp({ jobId, at, kind, by, planTask, world, reason }: FollowUp): PersonRow {
  const why = `${world} of ${planTask}${reason === undefined ? '' : `: ${reason}`}`;
  return { id: `follow-up-${jobId}`, at, who: by, what: kind, why, world, taskId: undefined };
}

interface Known {
  readonly tasks: ReadonlyMap<TaskId, Task>;
  /** Tasks whose answers are told by themselves. */
  readonly recorded: ReadonlySet<TaskId>;
}

function ofEvent(event: JobEvent, { tasks, recorded }: Known): readonly PersonRow[] {
  const common = { id: `event-${event.seq}`, at: event.at, world: null, taskId: undefined };
  switch (event.type) {
    case 'task.answered': {
      const { taskId } = event.data;
      return recorded.has(taskId) ? [] : [{ ...common, ...ofOldAnswer(event.data, tasks.get(taskId)), taskId }];
    }
    case 'job.paused':
      return [{ ...common, who: whoIn(event.data.reason), what: 'pause', why: event.data.reason }];
    case 'job.resumed':
      return [{ ...common, who: someone, what: 'resume', why: '' }];
    case 'job.state':
      if (event.data.state !== 'cancelled') return [];
      return [{ ...common, who: whoIn(event.data.reason), what: 'cancel', why: event.data.reason }];
    case 'job.submitted':
    case 'job.sealed':
    case 'task.created':
    case 'task.started':
    case 'task.state':
    case 'lease.lost':
      return [];
  }
}

type OldAnswer = Extract<JobEvent, { type: 'task.answered' }>['data'];

function ofOldAnswer({ by, key }: OldAnswer, task: Task | undefined): Pick<PersonRow, 'who' | 'what' | 'why'> {
  if (by === answeredByTime) return { who: 'nobody in time', what: 'no answer', why: key };
  const said = answerInWords(task).replace(/^: /, '');
  return { who: by, what: /^(?:yes|no)\b/.exec(said)?.[0] ?? 'answered', why: said === '' ? key : `${key}: ${said}` };
}

const someone = 'a person';

/**
 * Whoever pauses or cancels says so at the beginning: `paused by ada: not now`, `cancelled by ada (by an agent)`, `its issue was closed by ada (7)`. All else are
 * words of theirs.
 */
function whoIn(reason: string): string {
  return /^(?:paused|cancelled|stopped|its (?:label|issue) [a-z ]+) by (?<who>[^:]+)/.exec(reason)?.groups?.['who'] ?? someone;
}
