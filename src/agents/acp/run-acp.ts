import { join } from 'node:path';
import { formatModelName, noUsage } from '../../domain/model.ts';
import type { ModelSettings } from '../../domain/world.ts';
import type { AgentReport, AgentTask } from '../../ports/agent.ts';
import { programPrompt } from '../programs/prompt.ts';
import { attempt } from './attempt.ts';
import type { AcpTimes } from './attempt.ts';
import { outcomeOf, summaryOf, unlessKept } from './outcome.ts';
import { createGatekeeper } from './permissions.ts';
import type { AcpProgram } from './program.ts';
import { Stopped } from './stopped.ts';
import type { TalkEnd } from './talk.ts';
import { createUpdates } from './updates.ts';
import { withTurn } from './usage.ts';
import { writeInside } from './write-inside.ts';

const usualTimes: AcpTimes = { answerMs: 60_000, cancelMs: 5_000, endMs: 5_000 };

/**
 * Lets a program that speaks the Agent Client Protocol work on a task. A program that dies in the middle, or whose connection breaks, is started
 * once more and takes its session up again where it can.
 *
 * Throws nothing for what the program does.
 */
export async function runAcp(task: AgentTask, program: AcpProgram, times: Partial<AcpTimes> = {}): Promise<AgentReport> {
  const run = createRun(task, program, { ...usualTimes, ...times });
  const { prompt: variant = 'standard' } = task.choice as Partial<ModelSettings>;
  try {
    for (const file of program.files) await writeInside(task, file);
    const prompt = await programPrompt(task, variant, false);
    const first = await run.start(prompt, undefined);
    const session = run.resumable();
    if (first.kind === 'over' || session === undefined || task.signal.aborted) return run.report(first);
    task.onEvent({ type: 'output', line: `${first.why ?? ''} It is started once more, and takes up its session.` });
    return run.report(await run.start(prompt, session));
  } catch (error) {
    if (error instanceof Stopped) return run.report({ kind: 'over', end: task.signal.aborted ? { kind: 'cancelled' } : error.end });
    throw error;
  }
}

/** What is the same for all processes of one program in one world. */
function createRun(task: AgentTask, program: AcpProgram, times: AcpTimes) {
  const begin = performance.now();
  const tooMuchDenied = new AbortController();
  const cancel = AbortSignal.any([task.signal, tooMuchDenied.signal]);
  const updates = createUpdates(task, program.isCounted);
  const gatekeeper = createGatekeeper(task, () => tooMuchDenied.abort());
  let usage = noUsage;
  let session: { readonly id: string; readonly isResumable: boolean } | undefined;

  async function onSession(id: string, isResumable: boolean): Promise<void> {
    if (session?.id === id) return;
    session = { id, isResumable };
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
    if (cancel.aborted) return { kind: 'over', end: { kind: 'cancelled' } };
    const timeoutMs = Math.max(1, task.timeoutMs - (performance.now() - begin));
    const went = await attempt({ task, program, updates, gatekeeper, prompt, resumed, cancel, times, timeoutMs, onSession });
    if (went.talked?.kind === 'over' && went.talked.answer !== undefined) usage = withTurn(usage, went.talked.answer);
    return outcomeOf({
      ...went,
      name: program.name,
      isCancelled: task.signal.aborted,
      timeoutMs: task.timeoutMs,
      denied: gatekeeper.denied(),
    });
  }

  function endOf(end: TalkEnd): AgentReport['end'] {
    if (end.kind === 'over') return unlessKept(end.end, gatekeeper.denied(), updates.hasWorked());
    return { kind: 'failed', fault: 'crashed', reason: end.why ?? `${program.name} ended in the middle of its work.` };
  }

  return {
    start,
    /** By which the session can be taken up again, where it can. */
    resumable: () => (session?.isResumable === true ? session.id : undefined),
    report: (end: TalkEnd): AgentReport => ({
      end: endOf(end),
      summary: summaryOf(updates.summary(), gatekeeper.denied()),
      ...(program.isCounted ? {} : { claimed: { usage, costMicroUsd: updates.costMicroUsd(), model: modelName(task, program) } }),
      ...(session === undefined ? {} : { sessionId: session.id }),
    }),
  };
}

function modelName({ choice }: AgentTask, { name }: AcpProgram): string {
  const { model } = choice as Partial<ModelSettings>;
  return model === undefined ? `${name}/unknown` : formatModelName(model);
}
