import type { DecisionRow } from '../domain/api/decisions.ts';
import type { Deployment } from '../domain/deployment.ts';
import { releaseName } from '../domain/deployment.ts';
import type { JobEvent } from '../domain/events.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { answeredByTime } from '../domain/outcome.ts';
import { ruleInWords } from '../domain/rule-in-words.ts';
import type { Task } from '../domain/task.ts';
import type { AskedQuestion } from '../ports/model-ledger.ts';
import type { DecisionView } from '../weaver/engine.ts';
import { chooseType } from '../workflow/task-types.ts';
import { answerInWords } from './answers-given.ts';
import { deploymentsOfRun } from './explain-deployment.ts';
import { partsOf } from './tasks-of-run.ts';
import { resultOfTask } from './task-results.ts';
import type { OperationTools } from './tools.ts';

/** Everything that was decided in a run, whoever decided it, the oldest first. */
export async function decisionsOfRun(tools: Pick<OperationTools, 'engine' | 'ledger'>, jobId: JobId): Promise<readonly DecisionRow[]> {
  const { engine, ledger } = tools;
  const tasks = await engine.tasks(jobId);
  const place = placesOf(tasks);
  const decided = await engine.decisions(jobId);
  const asked = await ledger.questions.ofRun(jobId);
  const deployments = await deploymentsOfRun(tools, jobId);
  return [
    ...decided.map((decision) => ofEngine(decision, place(decision.taskId))),
    ...tasks.flatMap((task) => ofChoice(task, place(task.id))),
    ...(await ofPeople(engine, jobId, { tasks, place })),
    ...asked.flatMap((question) => ofQuestion(question, place(question.taskId))),
    ...deployments.flatMap(ofDeployment),
  ].toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
}

type Place = Pick<DecisionRow, 'taskId' | 'task' | 'world'>;

function placesOf(tasks: readonly Task[]): (taskId: TaskId) => Place {
  const parts = partsOf(tasks);
  return (taskId) => {
    const part = parts.get(taskId);
    return { taskId, task: part?.planTask ?? null, world: part?.world ?? null };
  };
}

const noOptions = { options: null, confidence: null } as const;
const ofTheRun: Place = { taskId: null, task: null, world: null };

function ofEngine({ id, decidedAt, policy, kind, trigger, reason }: DecisionView & { readonly id: string }, place: Place): DecisionRow {
  const why = trigger === '' ? reason : `${reason} (${trigger})`;
  return { id, at: decidedAt, kind: 'engine', who: policy, what: kind, why, ...place, ...noOptions };
}

function ofChoice(task: Task, place: Place): readonly DecisionRow[] {
  const choice = resultOfTask(chooseType, task);
  if (choice === undefined || task.state !== 'succeeded') return [];
  const options = choice.verdicts.map(({ world, score }) => ({ name: world, score: score?.total ?? null }));
  const common = { id: `choice-${task.id}`, at: task.endedAt, kind: 'choice', ...place, options } as const;
  if (choice.kind === 'none-passed') return [{ ...common, who: 'gates', what: 'none', why: choice.reason, confidence: null }];
  const { winner, decidedBy, judge, funnel = [], confidence } = choice;
  const who = decidedBy === 'judge' && judge !== undefined ? judge.model : decidedBy;
  return [{ ...common, world: winner, who, what: winner, why: funnel.at(-1)?.because ?? '', confidence }];
}

/** Answers to what kept a task waiting, and what was done to the run itself. */
async function ofPeople(
  engine: OperationTools['engine'],
  jobId: JobId,
  { tasks, place }: { readonly tasks: readonly Task[]; readonly place: (taskId: TaskId) => Place },
): Promise<readonly DecisionRow[]> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const rows: DecisionRow[] = [];
  for await (const event of engine.events(jobId)) {
    const row = ofPerson(event, byId);
    if (row !== undefined) {
      const where = event.type === 'task.answered' ? place(event.data.taskId) : ofTheRun;
      rows.push({ id: `event-${event.seq}`, at: event.at, kind: 'person', ...row, ...where, ...noOptions });
    }
  }
  return rows;
}

function ofPerson(event: JobEvent, tasks: ReadonlyMap<TaskId, Task>): Pick<DecisionRow, 'who' | 'what' | 'why'> | undefined {
  switch (event.type) {
    case 'task.answered': {
      const { by, key, taskId } = event.data;
      const said = answerInWords(tasks.get(taskId)).replace(/^: /, '');
      return by === answeredByTime
        ? { who: 'time', what: 'no answer', why: `${key}: nobody answered in time` }
        : { who: by, what: /^(?:yes|no)\b/.exec(said)?.[0] ?? 'answered', why: said === '' ? key : `${key}: ${said}` };
    }
    case 'job.paused':
      return { who: /\bby (?<who>[^:]+)/.exec(event.data.reason)?.groups?.['who'] ?? 'a person', what: 'pause', why: event.data.reason };
    case 'job.resumed':
      return { who: 'a person', what: 'resume', why: '' };
    case 'job.submitted':
    case 'job.sealed':
    case 'job.state':
    case 'task.created':
    case 'task.started':
    case 'task.state':
    case 'lease.lost':
      return undefined;
  }
}

/** Of a task that went on running while it waited. */
function ofQuestion({ key, text, answer }: AskedQuestion, place: Place): readonly DecisionRow[] {
  if (answer === undefined) return [];
  const { approved, by, at, reason } = answer;
  const why = reason === undefined ? text : `${text} ${reason}`;
  return [{ id: `asked-${key}`, at, kind: 'person', who: by, what: approved ? 'yes' : 'no', why, ...place, ...noOptions }];
}

function ofDeployment({ id, environment, release, state, verdict }: Deployment): readonly DecisionRow[] {
  if (verdict === undefined) return [];
  const why = `${releaseName({ number: release })} in ${environment}: ${ruleInWords[verdict.rule]}. ${verdict.reason}`;
  return [{ id: `deployment-${id}`, at: verdict.at, kind: 'deployment', who: verdict.rule, what: state, why, ...ofTheRun, ...noOptions }];
}
