import type { Choice } from '../../domain/choice.ts';
import type { JobEvent } from '../../domain/events.ts';
import type { JobId } from '../../domain/ids.ts';
import { isRun } from '../../domain/job-groups.ts';
import type { NoticeKind } from '../../domain/notice.ts';
import type { Component, LogLevel, Place } from '../../domain/signals.ts';
import { traceOf } from '../../domain/trace.ts';
import type { Engine } from '../../weaver/engine.ts';
import { chooseType } from '../../workflow/task-types.ts';
import { followEvents } from '../follow-events.ts';
import { noticeInWords, noticeOf } from '../notices/notice-of-event.ts';
import { resultOfTask } from '../task-results.ts';
import type { OperationTools } from '../tools.ts';
import type { RunLine } from './line-of-event.ts';
import { lineOfEvent } from './line-of-event.ts';

/** A line, and whose it is. */
interface Line extends RunLine {
  readonly component: Component;
}

/**
 * Tells the log what happens to runs, whoever carries them, from now on until it is disposed: then also what has happened by then.
 *
 * @param only of this run.
 */
export function followRunLog(
  tools: Pick<OperationTools, 'engine' | 'clock' | 'telemetry'>,
  { only, tell }: { readonly only?: JobId; readonly tell: (text: string) => void },
): AsyncDisposable {
  const { engine, clock, telemetry } = tools;
  const placeOf = placesOf(engine);
  return followEvents(
    { engine, clock, ledger: { readers: { cursor: async () => await engine.newestEvent(), save: async () => undefined } } },
    {
      name: 'log',
      tell,
      async read(event) {
        if (only !== undefined && jobOf(event) !== only) return false;
        const place = await placeOf(event);
        if (place === undefined) return false;
        for (const line of await linesOf(engine, event))
          await telemetry.within(place, async () => telemetry.tell({ type: 'said', ...line }));
        return false;
      },
    },
  );
}

function jobOf({ stream }: JobEvent): JobId {
  return stream.slice('job:'.length) as JobId;
}

/** Where an event belongs; undefined for one of a job that is no run. What is known of a run is forgotten at its end. */
function placesOf(engine: Pick<Engine, 'status'>): (event: JobEvent) => Promise<Place | undefined> {
  const known = new Map<JobId, Place | undefined>();

  async function ofRun(id: JobId): Promise<Place | undefined> {
    const job = await engine.status(id);
    return job === undefined || !isRun(job) ? undefined : { run: id, trace: traceOf(id, job.attributes) };
  }

  return async (event) => {
    const id = jobOf(event);
    if (!known.has(id)) known.set(id, await ofRun(id));
    const run = known.get(id);
    if (event.type === 'job.state' && ends.has(event.data.state)) known.delete(id);
    if (run === undefined || !('taskId' in event.data)) return run;
    const { taskId, taskType, key } = event.data;
    return { ...run, task: taskId, taskType, key };
  };
}

const ends: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'stuck']);

async function linesOf(engine: Engine, event: JobEvent): Promise<readonly Line[]> {
  const line = await withCause(engine, event, lineOfEvent(event));
  const choice = await ofChoice(engine, event);
  const notice = event.type === 'task.state' ? await noticeOf(engine, event) : undefined;
  const noticed = notice === undefined ? undefined : ofNotice(notice.kind, notice.text);
  return [line, choice].flatMap((one): Line[] => (one === undefined ? [] : [{ component: 'workflow', ...one }])).concat(noticed ?? []);
}

/** That a task is tried again says why where its last attempt does. */
async function withCause(engine: Pick<Engine, 'task'>, event: JobEvent, line: RunLine | undefined): Promise<RunLine | undefined> {
  if (line === undefined || event.type !== 'task.state' || event.data.waiting !== 'backoff') return line;
  const attempts = (await engine.task(event.data.taskId))?.attempts ?? [];
  const cause = attempts.findLast(({ endedAt }) => endedAt !== undefined)?.reason;
  return cause === undefined ? line : { ...line, text: `${line.text}: ${cause}` };
}

async function ofChoice(engine: Pick<Engine, 'task'>, event: JobEvent): Promise<RunLine | undefined> {
  if (event.type !== 'task.state' || event.data.taskType !== chooseType.name || event.data.state !== 'succeeded') return undefined;
  const found = await engine.task(event.data.taskId);
  const choice = found === undefined ? undefined : resultOfTask(chooseType, found.task);
  return choice === undefined ? undefined : choiceInWords(choice);
}

function choiceInWords(choice: Choice): RunLine {
  if (choice.kind === 'none-passed') return { level: 'warn', text: 'no world passed', facts: { worlds: choice.verdicts.length } };
  const { winner, decidedBy, confidence, verdicts } = choice;
  return { level: 'info', text: `chose ${winner}`, facts: { winner, decidedBy, confidence, worlds: verdicts.length } };
}

/** How much what people are told of a run matters; of what ends it the event itself tells. */
const levels: Readonly<Partial<Record<NoticeKind, LogLevel>>> = {
  question: 'warn',
  told: 'info',
  escalation: 'error',
  budget: 'error',
  hotfix: 'warn',
  deployed: 'info',
  'not-deployed': 'error',
  'rolled-back': 'error',
  broken: 'error',
};

const ofDeployments: ReadonlySet<NoticeKind> = new Set(['deployed', 'not-deployed', 'rolled-back', 'broken']);

/** Questions may hold words of the issue, and are left to the inbox; what became of a release is told whole. */
function ofNotice(kind: NoticeKind, text: string): Line | undefined {
  const level = levels[kind];
  if (level === undefined) return undefined;
  const isOfDeployment = ofDeployments.has(kind);
  return {
    component: isOfDeployment ? 'deploy' : 'workflow',
    level,
    text: isOfDeployment ? text : noticeInWords[kind],
    facts: { notice: kind },
  };
}
