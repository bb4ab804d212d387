import { createHash } from 'node:crypto';
import type { SpanId } from '../../domain/trace.ts';
import { spanOf } from '../../domain/trace.ts';
import type { Above, Ended, EndedAttempt, EndedJob, EndedTask, EndedWorld, WorldPlace } from '../../ports/traces.ts';
import { name, own } from './names.ts';
import type { Attributes, FinishedSpan, SpanLink } from './span.ts';

const millionth = 1_000_000;

/** How the conventions call the end of a run and of a task. */
const results = {
  completed: 'success',
  succeeded: 'success',
  decomposed: 'success',
  failed: 'failure',
  dead: 'failure',
  stuck: 'error',
  cancelled: 'cancellation',
  skipped: 'skip',
} as const;

/** Kinds of tasks that the conventions have a word for. */
const taskTypes: Readonly<Record<string, 'build' | 'test' | 'deploy'>> = {
  'miyabi.base.prepare': 'build',
  'miyabi.base.check': 'test',
  'miyabi.world.check': 'test',
  'miyabi.exam.world': 'test',
  'miyabi.deploy.begin': 'deploy',
  'miyabi.deploy.build': 'build',
  'miyabi.deploy.environment': 'deploy',
};

/** Takes secrets out of what strangers wrote. */
export type ReadContent = (text: string) => string;

/**
 * The spans of what has ended, the same ones each time: their ids are those of the records.
 *
 * @param content reads what strangers wrote; undefined where that goes nowhere.
 */
export function spansOfEnded(ended: Ended, content: ReadContent | undefined): readonly FinishedSpan[] {
  switch (ended.kind) {
    case 'job':
      return [spanOfJob(ended, content)];
    case 'task':
      return [spanOfTask(ended), ...ended.attempts.map((attempt, at) => spanOfAttempt(ended, attempt, at))];
    case 'world':
      return [spanOfWorld(ended)];
  }
}

/** What is below a world, in whichever process, knows its span by this. */
export function spanOfWorldAt({ task, generation, name: world }: WorldPlace): SpanId {
  return createHash('sha256').update(`${task} ${generation} ${world}`).digest('hex').slice(0, 16) as SpanId;
}

function spanOfJob(ended: EndedJob, content: ReadContent | undefined): FinishedSpan {
  const { of, id, state, title, parent, links } = ended;
  return {
    ...timed(ended),
    id: spanOf(id),
    parent,
    name: of === 'run' ? 'RUN miyabi' : `receive ${ended.forge}`,
    kind: of === 'run' ? 'server' : 'consumer',
    attributes: {
      [name.runId]: id,
      ...(of === 'run' ? attributesOfRun(ended) : { [own.forge]: ended.forge }),
      [name.result]: resultOf(state),
      [own.issueTitle]: content?.(title),
    },
    error: errorOf(state),
    links: links.map((link): SpanLink => ({ ...link, why: 'it led to this' })),
  };
}

function attributesOfRun(run: Extract<EndedJob, { of: 'run' }>): Attributes {
  const { repository, base, branch, commit, pullRequest, costMicroUsd } = run;
  return {
    [name.pipeline]: 'miyabi',
    [name.action]: 'RUN',
    [name.repository]: repository.name,
    [name.repositoryUrl]: repository.url,
    [name.base]: base.name,
    [name.baseRevision]: base.commit,
    [name.head]: branch,
    [name.headRevision]: commit,
    [name.change]: pullRequest === undefined ? undefined : String(pullRequest),
    [own.costUsd]: costMicroUsd / millionth,
  };
}

function spanOfTask(ended: EndedTask): FinishedSpan {
  const { id, run, key, type, state, above } = ended;
  return {
    ...timed(ended),
    id: spanOf(id),
    parent: spanAbove(above),
    name: key,
    kind: 'internal',
    attributes: {
      [name.runId]: run,
      [name.task]: type,
      [name.taskRunId]: id,
      [name.taskType]: taskTypes[type],
      [name.taskRunResult]: resultOf(state),
      ...(above.kind === 'world' ? { [own.world]: above.name } : {}),
    },
    error: errorOf(state),
  };
}

/** An attempt after one that came to no outcome follows it by a link: both are below their task. */
function spanOfAttempt(task: EndedTask, attempt: EndedAttempt, at: number): FinishedSpan {
  const before = at === 0 ? undefined : task.attempts[at - 1];
  const { id, outcome, isLost, costMicroUsd } = attempt;
  return {
    ...timed({ ...attempt, trace: task.trace }),
    id: spanOf(id),
    parent: spanOf(task.id),
    name: 'attempt',
    kind: 'internal',
    attributes: {
      [name.runId]: task.run,
      [name.task]: task.type,
      [name.taskRunId]: task.id,
      [own.attemptNumber]: at + 1,
      [own.attemptOutcome]: outcome,
      [own.costUsd]: costMicroUsd / millionth,
      ...(task.above.kind === 'world' ? { [own.world]: task.above.name } : {}),
    },
    error: isLost || outcome === 'failure' ? outcome : undefined,
    links: before?.isLost === true ? [{ trace: task.trace, span: spanOf(before.id), why: 'it goes on where this was lost' }] : [],
  };
}

function spanOfWorld(ended: EndedWorld): FinishedSpan {
  const { at, run, agent, status, won } = ended;
  return {
    ...timed(ended),
    id: spanOfWorldAt(at),
    parent: spanOf(at.task),
    name: `world ${at.name}`,
    kind: 'internal',
    attributes: {
      [name.runId]: run,
      [own.world]: at.name,
      [own.worldStatus]: status,
      [own.worldWon]: won,
      [name.agentName]: agent,
    },
    error: status === undefined || status === 'success' || status === 'cancelled' ? undefined : status,
  };
}

function spanAbove(above: Above): SpanId {
  return above.kind === 'world' ? spanOfWorldAt(above) : spanOf(above.id);
}

function timed({ trace, startedAt, endedAt }: Pick<Ended, 'trace' | 'startedAt' | 'endedAt'>) {
  return { trace, startedAt, endedAt, links: [], events: [] } as const;
}

function resultOf(state: string): string {
  return (results as Readonly<Record<string, string>>)[state] ?? state;
}

function errorOf(state: string): string | undefined {
  const result = resultOf(state);
  return result === 'failure' || result === 'error' ? state : undefined;
}
