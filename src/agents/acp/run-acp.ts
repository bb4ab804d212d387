import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formatModelName, noUsage } from '../../domain/model.ts';
import type { ModelSettings } from '../../domain/world.ts';
import type { AgentReport, AgentTask } from '../../ports/agent.ts';
import type { ProcessResult } from '../../ports/process.ts';
import { programPrompt } from '../programs/prompt.ts';
import { createGatekeeper, mostDenials } from './permissions.ts';
import type { AcpProgram } from './program.ts';
import { Stopped } from './stopped.ts';
import { talk } from './talk.ts';
import type { TalkEnd } from './talk.ts';
import { createUpdates } from './updates.ts';
import { withTurn } from './usage.ts';
import { writeInside } from './write-inside.ts';

/** What a program that was cut off in the middle of its work is told. */
const goOnPrompt =
  'You were cut off in the middle of your work on the task above. Look at what the working folder holds by now, and go on until the task is done. Do not begin anew.';

export interface AcpTimes {
  /** How long a program may think about what needs no model, in ms. */
  readonly answerMs?: number;
  /** What a turn that was broken off is given to say so, in ms. */
  readonly cancelMs?: number;
  /** What a program is given to end by itself when its input has ended, in ms. */
  readonly endMs?: number;
}

/**
 * Lets a program that speaks the Agent Client Protocol work on a task. A program that dies in the middle, or whose connection breaks, is started
 * once more and takes its session up again where it can.
 *
 * Throws nothing for what the program does.
 */
export async function runAcp(task: AgentTask, program: AcpProgram, times: AcpTimes = {}): Promise<AgentReport> {
  const run = createRun(task, program, times);
  const { prompt: variant = 'standard' } = task.choice as Partial<ModelSettings>;
  try {
    for (const file of program.files) await writeInside(task, file);
    const first = await run.start(await programPrompt(task, variant, false), undefined);
    const session = run.resumable();
    if (first.kind === 'over' || session === undefined || task.signal.aborted) return run.report(first);
    task.onEvent({ type: 'output', line: `${first.why ?? ''} It is started once more, and takes up its session.` });
    return run.report(await run.start(goOnPrompt, session));
  } catch (error) {
    if (error instanceof Stopped) return run.report({ kind: 'over', end: task.signal.aborted ? { kind: 'cancelled' } : error.end });
    throw error;
  }
}

function createRun(task: AgentTask, program: AcpProgram, { answerMs = 60_000, cancelMs = 5_000, endMs = 5_000 }: AcpTimes) {
  const begin = performance.now();
  const cancel = new AbortController();
  const updates = createUpdates(task, program.isCounted);
  const gatekeeper = createGatekeeper(task, () => cancel.abort());
  let usage = noUsage;
  let sessionId: string | undefined;
  let resumable = false;

  async function onSession(id: string, canResume: boolean): Promise<void> {
    if (sessionId === id) return;
    sessionId = id;
    resumable = canResume;
    const text = `${JSON.stringify({ schemaVersion: 1, program: program.name, sessionId: id })}\n`;
    try {
      await writeInside(task, { path: join(task.contextDirectory, 'session.json'), text });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      // It is for people, and no reason to give up the work.
      task.onEvent({ type: 'output', line: error.message });
    }
  }

  async function start(prompt: string, resumed: string | undefined): Promise<TalkEnd> {
    const ending = new AbortController();
    const over = new AbortController();
    const endAfter = (ms: number): void => {
      wait(ms, undefined, { signal: over.signal }).then(
        () => ending.abort(),
        () => undefined,
      );
    };
    const onAbort = (): void => {
      cancel.abort();
      endAfter(cancelMs);
    };
    const signals = AbortSignal.any([task.signal, cancel.signal]);
    if (signals.aborted) return { kind: 'over', end: { kind: 'cancelled' } };
    signals.addEventListener('abort', onAbort, { once: true, signal: over.signal });
    let talked: TalkEnd | undefined;
    try {
      const result = await task.process.run({
        command: program.command,
        cwd: task.directory,
        env: { ...task.environment, ...program.environment },
        async converse(conversation) {
          talked = await talk(conversation, {
            task,
            program,
            updates,
            gatekeeper,
            prompt,
            resumed,
            cancel: cancel.signal,
            answerMs,
            onSession,
          });
          endAfter(cancel.signal.aborted ? Math.min(endMs, 1_000) : endMs);
        },
        timeoutMs: Math.max(1, task.timeoutMs - (performance.now() - begin)),
        limits: task.limits,
        signal: ending.signal,
        // The log of a program that is started once more begins anew.
        logFile: resumed === undefined ? task.logFile : task.logFile.replace(/(\.[^./]+)?$/, '-again$1'),
      });
      return outcome(talked, result, ending.signal.aborted);
    } catch (error) {
      // It printed faster than it could be read, and the talk has seen that.
      if (talked?.kind === 'broken') return { kind: 'broken', why: lostSentence(program, talked) };
      throw error;
    } finally {
      over.abort();
    }
  }

  function outcome(talked: TalkEnd | undefined, result: ProcessResult, isEndedByUs: boolean): TalkEnd {
    if (talked?.kind === 'over' && talked.answer !== undefined) usage = withTurn(usage, talked.answer);
    if (talked?.kind === 'over' && talked.end.kind === 'finished') return talked;
    if (gatekeeper.denied().length >= mostDenials)
      return deniedTooMuch(`It was denied ${mostDenials} things, and did nothing but ask again.`);
    if (task.signal.aborted) return { kind: 'over', end: { kind: 'cancelled' } };
    if (talked?.kind === 'over') return talked.end.kind === 'cancelled' ? brokenOff() : talked;
    switch (result.end.kind) {
      case 'timeout':
        return { kind: 'over', end: { kind: 'timeout', afterMs: task.timeoutMs } };
      case 'cancelled':
        // With a program that can no longer be talked to there is nothing else to do.
        if (isEndedByUs && talked !== undefined) return { kind: 'broken', why: lostSentence(program, talked) };
        return { kind: 'over', end: { kind: 'cancelled' } };
      case 'not-started':
        return {
          kind: 'over',
          end: { kind: 'failed', fault: 'not-installed', reason: `${program.name} could not be started: ${result.end.reason}` },
        };
      default:
        return { kind: 'broken', why: brokenSentence(program, talked, result) };
    }
  }

  /** It says that it was cancelled, and nobody has done that. */
  function brokenOff(): TalkEnd {
    if (gatekeeper.denied().length > 0) return deniedTooMuch('It broke off when it was not allowed what it asked for.');
    return { kind: 'over', end: { kind: 'failed', fault: 'other', reason: `${program.name} broke off its work by itself.` } };
  }

  /** Who was denied something and has done nothing else was kept from its work, whatever it says. */
  function unlessKept(end: AgentReport['end']): AgentReport['end'] {
    const denied = gatekeeper.denied();
    if (end.kind !== 'finished' || denied.length === 0 || updates.hasWorked()) return end;
    return { kind: 'denied', reason: `It was not allowed to ${[...new Set(denied)].slice(0, 3).join('; ')}, and did nothing else.` };
  }

  return {
    start,
    resumable: () => (resumable ? sessionId : undefined),
    report(end: TalkEnd): AgentReport {
      return {
        end:
          end.kind === 'over'
            ? unlessKept(end.end)
            : { kind: 'failed', fault: 'crashed', reason: end.why ?? `${program.name} ended in the middle of its work.` },
        summary: withDenials(updates.summary(), gatekeeper.denied()),
        ...(program.isCounted ? {} : { claimed: { usage, costMicroUsd: updates.costMicroUsd(), model: modelName(task, program) } }),
        ...(sessionId === undefined ? {} : { sessionId }),
      };
    },
  };
}

function deniedTooMuch(reason: string): TalkEnd {
  return { kind: 'over', end: { kind: 'denied', reason } };
}

function brokenSentence({ name }: AcpProgram, talked: TalkEnd | undefined, { end, stdout, stderr }: ProcessResult): string {
  const how =
    end.kind === 'exited' ? `ended with exit code ${end.code}` : `was ended by ${end.kind === 'signalled' ? end.signal : end.kind}`;
  const why = talked?.kind === 'broken' && talked.why !== undefined ? ` ${talked.why}` : '';
  const said = stderr.trim() === '' ? stdout.split('\n').filter((line) => !line.startsWith('{')) : stderr.trim().split('\n');
  const last = said.slice(-5).join('\n').trim().slice(-1_000);
  return `${name} ${how} in the middle of its work.${why}${last === '' ? '' : `\n${last}`}`;
}

function lostSentence({ name }: AcpProgram, talked: Extract<TalkEnd, { kind: 'broken' }>): string {
  return `The connection with ${name} broke. ${talked.why ?? 'It closed its output.'}`;
}

function withDenials(summary: string, denied: readonly string[]): string {
  if (denied.length === 0) return summary;
  const different = [...new Set(denied)];
  const more = different.length > 3 ? ` and ${different.length - 3} more` : '';
  const sentence = `It was not allowed to ${different.slice(0, 3).join('; ')}${more} (denied ${denied.length} ${denied.length === 1 ? 'time' : 'times'}).`;
  return summary === '' ? sentence : `${summary}\n${sentence}`;
}

function modelName({ choice }: AgentTask, { name }: AcpProgram): string {
  const { model } = choice as Partial<ModelSettings>;
  return model === undefined ? `${name}/unknown` : formatModelName(model);
}
