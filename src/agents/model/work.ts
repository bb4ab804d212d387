import { realpathSync } from 'node:fs';
import { formatModelName } from '../../domain/model.ts';
import type { ProviderFailure } from '../../domain/provider-failure.ts';
import type { AgentReport, AgentTask } from '../../ports/agent.ts';
import type { Caller } from '../../ports/exchange.ts';
import type { Models } from '../../ports/model.ts';
import { firstMessage } from './context.ts';
import { endWithout } from './faults.ts';
import { runLoop } from './loop.ts';
import { systemPrompt } from './prompts.ts';
import { cut, seen } from './text.ts';
import { toolsNamed } from './tools/tools.ts';
import { openTranscript } from './transcript.ts';

export interface WorkSetting {
  readonly models: Models;
  readonly windowTokens: number;
}

/** A model at work in a world, from its first message to its report. */
export async function work({ models, windowTokens }: WorkSetting, task: AgentTask): Promise<AgentReport> {
  const { choice } = task;
  if (choice.name !== 'model') throw new Error(`The agent model was handed a choice of the agent ${choice.name}.`);
  const started = performance.now();
  const leftMs = (): number => Math.max(1, Math.round(task.timeoutMs - (performance.now() - started)));
  const time = AbortSignal.timeout(task.timeoutMs);
  const signal = AbortSignal.any([task.signal, time]);
  const listening = listen(task.caller);
  using transcript = openTranscript(task.logFile);
  try {
    const { end, summary } = await runLoop({
      task,
      roots: [task.directory, realpathSync(task.directory)],
      asking: {
        model: await models.language(choice.model, listening.caller),
        system: await systemPrompt(choice.prompt),
        tools: toolsNamed(choice.tools),
        temperature: choice.temperature,
        effort: choice.effort,
      },
      first: firstMessage(task),
      windowTokens,
      signal,
      leftMs,
      log: (text) => transcript.add(text),
    });
    return { end, summary: cut(seen(summary).trim(), 2_000) };
  } catch (error) {
    if (task.signal.aborted) return { end: { kind: 'cancelled' }, summary: 'Cancelled while it worked.' };
    if (time.aborted) return { end: { kind: 'timeout', afterMs: task.timeoutMs }, summary: 'Its time was up before it had finished.' };
    const end = endWithout(error, listening.failed());
    return { end, summary: `It got no answer from ${formatModelName(choice.model)}: ${end.reason}` };
  }
}

/** Hears how the calls of a caller fail, beside whoever it belongs to. */
function listen(caller: Caller): { readonly caller: Caller; failed(): ProviderFailure | undefined } {
  let failed: ProviderFailure | undefined;
  return {
    caller: {
      ...caller,
      onEvent(event) {
        if (event.type === 'failed') ({ failure: failed } = event);
        else if (event.type === 'answered') failed = undefined;
        caller.onEvent(event);
      },
    },
    failed: () => failed,
  };
}
