import type { JobEvent } from '../domain/events.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { incidentInWords } from '../domain/incident.ts';
import { showUsd } from '../domain/money.ts';
import type { Task } from '../domain/task.ts';
import type { RecordedIncident, RecordedWorld } from '../ports/world-ledger.ts';
import type { WorldRunResult } from '../workflow/task-types.ts';
import type { AskedQuestion } from '../ports/model-ledger.ts';
import { answerInWords } from './answers-given.ts';
import { withResults } from './event-results.ts';
import { worldRunType } from '../workflow/task-types.ts';
import { followUpInWords } from './follow-ups.ts';
import type { OperationTools } from './tools.ts';

/** One thing that happened, for people. */
export interface TimelineEntry {
  readonly at: number;
  /** Milliseconds since the run was submitted. */
  readonly sinceStartMs: number;
  readonly text: string;
}

/** Everything that happened in a run, rebuilt from its events, oldest first. */
export async function timeline(tools: OperationTools, jobId: JobId): Promise<readonly TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  const names = new Map<string, string>();
  const worlds = new Map((await tools.ledger.worlds.ofRun(jobId)).map((world) => [world.taskId as string, world]));
  let start = 0;
  const tasks = new Map((await tools.engine.tasks(jobId)).map((task) => [task.id, task]));
  for (const event of await happened(tools, jobId)) {
    if (entries.length === 0) start = event.at;
    if (event.type === 'task.created') names.set(event.data.taskId, qualified(event, names));
    const text = event.type === 'task.answered' ? answered(event, names, tasks) : describe(event, names);
    const at = { at: event.at, sinceStartMs: event.at - start };
    if (text !== undefined) entries.push({ ...at, text: `${text}${livedHow(event, worlds)}` });
    for (const warning of warningsIn(event)) entries.push({ ...at, text: `warning: ${warning}` });
  }
  const denied = await tools.ledger.worlds.incidents(jobId);
  const told = denied.map((incident) => ({ at: incident.at, sinceStartMs: incident.at - start, text: toldOf(incident, names) }));
  const asked = questionsInWords(await tools.ledger.questions.ofRun(jobId), names).map(({ at, text }) => ({
    at,
    sinceStartMs: at - start,
    text,
  }));
  const begun = (await tools.ledger.followUps.from(jobId)).map((one) => ({
    at: one.at,
    sinceStartMs: one.at - start,
    text: followUpInWords(one),
  }));
  return [...entries, ...told, ...asked, ...begun].toSorted((one, other) => one.at - other.at);
}

/** A program may ask as often as it likes; what it wanted to know can be told from the first questions. */
const mostQuestions = 10;

function questionsInWords(asked: readonly AskedQuestion[], names: ReadonlyMap<string, string>): readonly Told[] {
  return Object.values(Object.groupBy(asked, ({ taskId }) => taskId)).flatMap((ofTask = []) => {
    const last = ofTask.at(-1);
    const more = ofTask.length - mostQuestions;
    const told = ofTask.slice(0, mostQuestions).flatMap((question) => questionInWords(question, names));
    if (last === undefined || more <= 0) return told;
    return [...told, { at: last.askedAt, text: `${names.get(last.taskId) ?? last.taskId} asked ${more} more times` }];
  });
}

type Told = Pick<TimelineEntry, 'at' | 'text'>;

/** What a task that went on running wanted to know of a person, and what it was told. */
function questionInWords({ taskId, askedAt, text, answer }: AskedQuestion, names: ReadonlyMap<string, string>): readonly Told[] {
  const name = names.get(taskId) ?? taskId;
  const asks = { at: askedAt, text: `${name} asks: ${text}` };
  if (answer === undefined) return [asks];
  const reason = answer.reason === undefined ? '' : ` (${answer.reason})`;
  return [asks, { at: answer.at, text: `${name} is told ${answer.approved ? 'yes' : 'no'}: ${answer.by}${reason}` }];
}

/** Where a world was lived, what it took and what its models have cost, behind its end. */
function livedHow(event: JobEvent, worlds: ReadonlyMap<string, RecordedWorld>): string {
  const world = event.type === 'task.state' && worldOf(event) !== undefined ? worlds.get(event.data.taskId) : undefined;
  if (world === undefined) return '';
  const { method, isolation, memoryBytes, cpuMs, costMicroUsd } = world;
  const facts = [
    method,
    isolation,
    memoryBytes === undefined ? undefined : `${(memoryBytes / 1024 / 1024).toFixed(0)} MiB`,
    cpuMs === undefined ? undefined : `${(cpuMs / 1000).toFixed(2)} s of processor time`,
    costMicroUsd === 0 ? undefined : `${showUsd(costMicroUsd)} USD`,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
}

function toldOf(incident: RecordedIncident, names: ReadonlyMap<string, string>): string {
  return `${names.get(incident.taskId) ?? incident.taskId}: ${incidentInWords(incident)}`;
}

async function happened({ engine }: OperationTools, jobId: JobId): Promise<readonly JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of engine.events(jobId)) events.push(event);
  const ran = await engine.tasks(jobId, { type: worldRunType.name });
  return withResults(events, ran);
}

/** `task-1/alpha.run`: children are named below their parent, except below the plan, whose children are the run's own. */
function qualified(event: Extract<JobEvent, { type: 'task.created' }>, names: ReadonlyMap<string, string>): string {
  const parent = event.data.parentTaskId === null ? undefined : names.get(event.data.parentTaskId);
  return parent === undefined || parent === 'plan' ? event.data.key : `${parent}/${event.data.key}`;
}

/** Who answered, and where that is still known what and by which way. */
function answered(
  { data }: Extract<JobEvent, { type: 'task.answered' }>,
  names: ReadonlyMap<string, string>,
  tasks: ReadonlyMap<TaskId, Task>,
): string {
  return `${names.get(data.taskId) ?? data.key} answered by ${data.by}${answerInWords(tasks.get(data.taskId))}`;
}

/** @returns undefined for what a reader can do without. */
function describe(event: JobEvent, names: ReadonlyMap<string, string>): string | undefined {
  switch (event.type) {
    case 'job.submitted':
      return `submitted: ${event.data.title}`;
    case 'job.state':
      return `run is ${event.data.state}${event.data.reason === '' ? '' : `: ${event.data.reason}`}`;
    case 'job.paused':
      return `paused: ${event.data.reason}`;
    case 'job.resumed':
      return 'resumed';
    case 'job.sealed':
    case 'task.created':
      return undefined;
    case 'task.started':
      return `${names.get(event.data.taskId) ?? event.data.key} started`;
    case 'task.state':
      return event.data.state === 'ready' || event.data.state === 'running'
        ? undefined
        : `${names.get(event.data.taskId) ?? event.data.key} ${event.data.state}${reasonOf(event)}`;
    case 'task.answered':
      return undefined;
    case 'lease.lost':
      return `${names.get(event.data.taskId) ?? event.data.key}: the process that worked on it died; it goes back`;
  }
}

/** How a world ended is its task's result, not the task's reason. */
function reasonOf(event: Moved): string {
  const world = worldOf(event);
  if (world?.kind === 'ended') {
    const stop = world.stop === undefined || world.stop === 'done' || world.stop === world.status ? [] : [world.stop];
    const rule = world.early === undefined || world.stop === `limit: ${world.early.rule}` ? [] : [`by the rule ${world.early.rule}`];
    const how = [...stop, ...rule].join(', ');
    return `: the world ended as ${world.status}${how === '' ? '' : ` (${how})`}: ${world.reason}`;
  }
  const { reason } = event.data;
  return reason === '' ? '' : `: ${reason}`;
}

function warningsIn(event: JobEvent): readonly string[] {
  const world = event.type === 'task.state' ? worldOf(event) : undefined;
  if (world === undefined) return [];
  return [...world.warnings, ...world.integrity.map((finding) => finding.detail)];
}

type Moved = Extract<JobEvent, { type: 'task.state' }>;

function worldOf(event: Moved): WorldRunResult | undefined {
  const { taskType, state, result } = event.data;
  const known = taskType === worldRunType.name && state === 'succeeded' && result !== undefined;
  return known ? worldRunType.result.parse(result) : undefined;
}
