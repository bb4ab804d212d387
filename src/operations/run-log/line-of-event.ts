import type { JobEvent } from '../../domain/events.ts';
import type { JobState } from '../../domain/job.ts';
import type { Facts, LogLevel } from '../../domain/signals.ts';
import type { WaitingReason } from '../../domain/task.ts';

/** What a log says of something that happened to a run. */
export interface RunLine {
  readonly level: LogLevel;
  readonly text: string;
  readonly facts?: Facts;
}

/**
 * What stands in the log of what happened to a run: that it begins and ends, what was decided about its tasks, who answered. Undefined for what is
 * no news, and for what the process that does it tells of itself. Nothing of the issue is in it; a reason may repeat what a program has printed.
 */
export function lineOfEvent(event: JobEvent): RunLine | undefined {
  switch (event.type) {
    case 'job.submitted':
      return { level: 'info', text: 'begins' };
    case 'job.resumed':
      return { level: 'info', text: 'goes on' };
    case 'job.paused':
      return { level: 'warn', text: because('paused', event.data.reason) };
    case 'job.state':
      return ofRun(event.data.state, event.data.reason);
    case 'task.state':
      return ofTask(event.data);
    case 'task.answered':
      return { level: 'info', text: `answered by ${event.data.by}`, facts: { signal: event.data.signal } };
    case 'lease.lost':
      return { level: 'warn', text: 'whoever was at work on it is gone', facts: { epoch: event.data.epoch } };
    case 'job.sealed':
    case 'task.created':
    case 'task.started':
      return undefined;
  }
}

/** Of a run that is paused its own event tells. */
function ofRun(state: JobState, reason: string): RunLine | undefined {
  switch (state) {
    case 'completed':
      return { level: 'info', text: 'is done', facts: { state } };
    case 'cancelled':
      return { level: 'warn', text: because('was cancelled', reason), facts: { state } };
    case 'failed':
      return { level: 'error', text: because('has failed', reason), facts: { state } };
    case 'stuck':
      return { level: 'error', text: because('cannot go on', reason), facts: { state } };
    case 'waiting':
      return { level: 'info', text: because('waits', reason), facts: { state } };
    case 'running':
    case 'paused':
      return undefined;
  }
}

function ofTask({ state, waiting, reason }: Extract<JobEvent, { type: 'task.state' }>['data']): RunLine | undefined {
  switch (state) {
    case 'pending':
      return waiting === undefined ? undefined : ofWait(waiting, reason);
    case 'dead':
      return { level: 'error', text: because('given up', reason) };
    case 'skipped':
      return { level: 'info', text: because('left out', reason) };
    case 'succeeded':
    case 'decomposed':
    case 'cancelled':
      return { level: 'debug', text: state };
    case 'ready':
    case 'running':
      return undefined;
  }
}

/** Waits for a person or for money are told as what people are told. */
function ofWait(waiting: WaitingReason, reason: string): RunLine | undefined {
  switch (waiting) {
    case 'backoff':
    case 'repair':
      return { level: 'warn', text: reason };
    case 'event':
    case 'deadline':
    case 'capacity':
      return { level: 'debug', text: because(`waits (${waiting})`, reason) };
    case 'deps':
    case 'children':
    case 'paused':
    case 'person':
    case 'budget':
      return undefined;
  }
}

function because(what: string, reason: string): string {
  return reason === '' ? what : `${what}: ${reason}`;
}
