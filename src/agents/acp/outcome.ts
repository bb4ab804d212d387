import type { AgentReport } from '../../ports/agent.ts';
import type { ProcessResult } from '../../ports/process.ts';
import { mostDenials } from './permissions.ts';
import type { TalkEnd } from './talk.ts';

/** A world has the system's programs and sees nothing of a home. */
const whatToName = 'What lies in your home is named by its full path; what it needs beside that, in sandbox.readable.';

/** What is known of one process of a program once it is over. */
export interface Attempted {
  /** As people call the program. */
  readonly name: string;
  /** Undefined where the talk never began. */
  readonly talked: TalkEnd | undefined;
  /** Undefined where it printed faster than it could be read, and was ended for that. */
  readonly result: ProcessResult | undefined;
  /** Whether it was we who ended the process. */
  readonly isEndedByUs: boolean;
  readonly isCancelled: boolean;
  readonly timeoutMs: number;
  readonly denied: readonly string[];
}

/** What one process of a program has come to; a broken one may be taken up again. */
export function outcomeOf(attempted: Attempted): TalkEnd {
  const { name, talked, result, denied } = attempted;
  if (talked?.kind === 'over' && talked.end.kind === 'finished') return talked;
  if (denied.length >= mostDenials)
    return over({ kind: 'denied', reason: `It was denied ${mostDenials} things, and did nothing but ask again.` });
  if (attempted.isCancelled) return over({ kind: 'cancelled' });
  if (talked?.kind === 'over') return talked.end.kind === 'cancelled' ? over(brokenOff(attempted)) : talked;
  switch (result?.end.kind) {
    case 'timeout':
      return over({ kind: 'timeout', afterMs: attempted.timeoutMs });
    case 'not-started':
      return over({ kind: 'failed', fault: 'not-installed', reason: `${name} could not be started: ${result.end.reason} ${whatToName}` });
    case undefined:
      return lost(attempted);
    case 'cancelled':
      // With a program that can no longer be talked to there is nothing else to do than to end it.
      return attempted.isEndedByUs && talked !== undefined ? lost(attempted) : over({ kind: 'cancelled' });
    case 'exited':
    case 'signalled':
      return { kind: 'broken', why: brokenSentence(attempted, result) };
  }
}

/** What it says that it did, and what it was not allowed. */
export function summaryOf(said: string, denied: readonly string[]): string {
  if (denied.length === 0) return said;
  const sentence = `It was not allowed to ${someOf(denied)} (denied ${denied.length} ${denied.length === 1 ? 'time' : 'times'}).`;
  return said === '' ? sentence : `${said}\n${sentence}`;
}

/** Who was denied something and has done nothing else was kept from its work, whatever it says. */
export function unlessKept(end: AgentReport['end'], denied: readonly string[], hasWorked: boolean): AgentReport['end'] {
  if (end.kind !== 'finished' || denied.length === 0 || hasWorked) return end;
  return { kind: 'denied', reason: `It was not allowed to ${someOf(denied)}, and did nothing else.` };
}

function over(end: AgentReport['end']): TalkEnd {
  return { kind: 'over', end };
}

/** It says that it was cancelled, and nobody has done that. */
function brokenOff({ name, denied }: Attempted): AgentReport['end'] {
  if (denied.length > 0) return { kind: 'denied', reason: 'It broke off when it was not allowed what it asked for.' };
  return { kind: 'failed', fault: 'other', reason: `${name} broke off its work by itself.` };
}

function lost({ name, talked }: Attempted): TalkEnd {
  return { kind: 'broken', why: `The connection with ${name} broke. ${whyOf(talked) ?? 'It closed its output.'}` };
}

function brokenSentence({ name, talked }: Attempted, { end, stdout, stderr }: ProcessResult): string {
  const how =
    end.kind === 'exited' ? `ended with exit code ${end.code}` : `was ended by ${end.kind === 'signalled' ? end.signal : end.kind}`;
  const why = whyOf(talked);
  const said = stderr.trim() === '' ? stdout.split('\n').filter((line) => !line.startsWith('{')) : stderr.trim().split('\n');
  const last = said.slice(-5).join('\n').trim().slice(-1_000);
  return `${name} ${how} in the middle of its work.${why === undefined ? '' : ` ${why}`}${last === '' ? '' : `\n${last}`}`;
}

function whyOf(talked: TalkEnd | undefined): string | undefined {
  return talked?.kind === 'broken' ? talked.why : undefined;
}

function someOf(denied: readonly string[]): string {
  const different = [...new Set(denied)];
  const more = different.length > 3 ? ` and ${different.length - 3} more` : '';
  return `${different.slice(0, 3).join('; ')}${more}`;
}
