import { setTimeout as wait } from 'node:timers/promises';
import type { AgentTask } from '../../ports/agent.ts';
import type { ProcessResult } from '../../ports/process.ts';
import type { AcpProgram } from './program.ts';
import { talk } from './talk.ts';
import type { TalkEnd, TalkParts } from './talk.ts';

export interface AcpTimes {
  /** How long a program may think about what needs no model, in ms. */
  readonly answerMs: number;
  /** What a turn that was broken off is given to say so, in ms. */
  readonly cancelMs: number;
  /** What a program is given to end by itself when its input has ended, in ms. */
  readonly endMs: number;
}

export interface AttemptParts extends Omit<TalkParts, 'cancel' | 'answerMs'> {
  readonly task: AgentTask;
  readonly program: AcpProgram;
  readonly times: AcpTimes;
  /** Aborts when the turn is to be broken off. */
  readonly cancel: AbortSignal;
  /** Of this process, in ms. */
  readonly timeoutMs: number;
}

/** How one process of a program went; see {@link Attempted}. */
export interface Attempt {
  readonly talked: TalkEnd | undefined;
  readonly result: ProcessResult | undefined;
  readonly isEndedByUs: boolean;
}

/** Starts a program, talks with it, and sees that it ends: by itself where it can, by force a little later. */
export async function attempt(parts: AttemptParts): Promise<Attempt> {
  const { task, program, times, cancel, resumed } = parts;
  const ending = new AbortController();
  const over = new AbortController();
  const endAfter = (ms: number): void => {
    wait(ms, undefined, { signal: over.signal }).then(
      () => ending.abort(),
      () => undefined,
    );
  };
  cancel.addEventListener('abort', () => endAfter(times.cancelMs), { once: true, signal: over.signal });
  let talked: TalkEnd | undefined;
  try {
    const result = await task.process.run({
      command: program.command,
      cwd: task.directory,
      env: { ...task.environment, ...program.environment },
      async converse(conversation) {
        talked = await talk(conversation, { ...parts, answerMs: times.answerMs });
        endAfter(cancel.aborted ? Math.min(times.endMs, 1_000) : times.endMs);
      },
      timeoutMs: parts.timeoutMs,
      limits: task.limits,
      signal: ending.signal,
      // The log of a program that is started once more begins anew.
      logFile: resumed === undefined ? task.logFile : task.logFile.replace(/(\.[^./]+)?$/, '-again$1'),
    });
    return { talked, result, isEndedByUs: ending.signal.aborted };
  } catch (error) {
    // It printed faster than it could be read, and the talk has seen that.
    if (talked?.kind === 'broken') return { talked, result: undefined, isEndedByUs: ending.signal.aborted };
    throw error;
  } finally {
    over.abort();
  }
}
