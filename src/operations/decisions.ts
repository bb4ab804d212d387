import type { DecisionRow } from '../domain/api/decisions.ts';
import type { Decision } from '../domain/decision.ts';
import type { Deployment } from '../domain/deployment.ts';
import { releaseName } from '../domain/deployment.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { ruleInWords } from '../domain/rule-in-words.ts';
import type { Task } from '../domain/task.ts';
import type { DecisionView } from '../weaver/engine.ts';
import { chooseType } from '../workflow/task-types.ts';
import type { PersonRow } from './decisions-of-people.ts';
import { decisionsOfPeople } from './decisions-of-people.ts';
import { deploymentsOfRun } from './explain-deployment.ts';
import { partsOf } from './tasks-of-run.ts';
import { resultOfTask } from './task-results.ts';
import type { OperationTools } from './tools.ts';

/** Everything that was decided in a run, whoever decided it, the oldest first. */
export async function decisionsOfRun(tools: Pick<OperationTools, 'engine' | 'ledger'>, jobId: JobId): Promise<readonly DecisionRow[]> {
  const { engine } = tools;
  const tasks = await engine.tasks(jobId);
  const place = placesOf(tasks);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const decided = await engine.decisions(jobId);
  const people = await decisionsOfPeople(tools, jobId, tasks);
  const deployments = await deploymentsOfRun(tools, jobId);
  return [
    ...decided.map((decision) => ofEngine(decision, byId, place(decision.taskId))),
    ...tasks.flatMap((task) => ofChoice(task, place(task.id))),
    ...people.map((row) => ofPerson(row, place)),
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

/** What becomes of a task, for people. */
const inWords: Readonly<Record<Decision['kind'], string>> = {
  retry: 'try again',
  switch: 'try another way',
  markDead: 'give up',
  decompose: 'go on in parts',
  await: 'wait',
  addDependency: 'wait for others',
  skip: 'leave out',
  repair: 'mend what it is given',
};

type Decided = DecisionView & { readonly id: string; readonly taskId: TaskId };

function ofEngine(decided: Decided, tasks: ReadonlyMap<TaskId, Task>, place: Place): DecisionRow {
  const { id, decidedAt, policy, kind, taskId } = decided;
  const key = tasks.get(taskId)?.key ?? taskId;
  const what = inWords[kind];
  const who = policy === 'default' ? 'the engine' : policy;
  return { id, at: decidedAt, kind: 'engine', who, what, why: `${key}: ${reasonOf(decided, tasks)}`, ...place, ...noOptions };
}

/** Of one that goes on in parts which these are; else why, with what it was decided on where that says more. */
function reasonOf({ kind, reason, trigger, childTaskIds }: Decided, tasks: ReadonlyMap<TaskId, Task>): string {
  if (kind === 'decompose') return childTaskIds.map((id) => tasks.get(id)?.key ?? id).join(', ');
  return trigger === '' || trigger.endsWith(reason) ? reason : `${reason} (${trigger})`;
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

function ofPerson({ taskId, world, ...row }: PersonRow, place: (taskId: TaskId) => Place): DecisionRow {
  const where = taskId === undefined ? ofTheRun : place(taskId);
  return { ...row, kind: 'person', ...where, world: world ?? where.world, ...noOptions };
}

function ofDeployment({ id, environment, release, state, verdict }: Deployment): readonly DecisionRow[] {
  if (verdict === undefined) return [];
  const why = `${releaseName({ number: release })} in ${environment}: ${ruleInWords[verdict.rule]}. ${verdict.reason}`;
  return [{ id: `deployment-${id}`, at: verdict.at, kind: 'deployment', who: verdict.rule, what: state, why, ...ofTheRun, ...noOptions }];
}
