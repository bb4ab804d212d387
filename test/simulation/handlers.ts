import { z } from 'zod';
import type { Outcome } from '../../src/domain/outcome.ts';
import { handle } from '../../src/weaver/handler.ts';
import type { Registration, TaskContext } from '../../src/weaver/handler.ts';
import { paidType, repaired, repairType, stepType } from './behaviour.ts';
import type { Act, Behaviour } from './behaviour.ts';
import { asking } from './deciders.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';
import type { Outside } from './outside.ts';

/** The handlers of one process. */
export function handlers(machine: Machine, outside: Outside, life: Life): readonly Registration[] {
  const perform = (context: TaskContext<Behaviour>): Promise<Outcome> => behave({ machine, outside, life, context });
  return [
    handle(stepType, perform),
    handle(paidType, perform, { spends: true }),
    handle(repairType, async (context) => {
      await perform(context);
      return { kind: 'success', result: repaired };
    }),
  ];
}

interface Performance {
  readonly machine: Machine;
  readonly outside: Outside;
  readonly life: Life;
  readonly context: TaskContext<Behaviour>;
}

async function behave({ machine, outside, life, context }: Performance): Promise<Outcome> {
  const { taskId, epoch, attemptId } = context;
  const actor = { life, taskId, epoch };
  const before = await outside.visit(actor, attemptId);
  const { acts } = context.payload;
  const act = acts[Math.min(before, acts.length - 1)];
  if (act === undefined) throw thrown('There is nothing to do.');
  machine.note(life.name, `does ${context.key} (${epoch}): ${act.ending.kind}`);
  for (let index = 0; index < act.effects; index += 1) {
    const result = await context.effect({
      name: `effect-${index}`,
      result: z.number(),
      probe: (key) => outside.probe(actor, key),
      act: (key) => outside.act(actor, key),
    });
    if (result !== 1) machine.violate(`The effect ${index} of ${context.key} gave back ${result}.`);
  }
  await passed(act, life, context.signal);
  return outcome(act, machine);
}

/** Takes its time; stops when it is asked to, where it heeds that. */
function passed(act: Act, life: Life, signal: AbortSignal): Promise<void> {
  if (act.ending.kind === 'deaf') return new Promise(() => undefined);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (act.heeds && signal.aborted) stop();
    if (act.heeds) signal.addEventListener('abort', stop, { once: true });
    void life.sleep(act.takesMs).then(resolve);
  });
}

function outcome({ ending, costMicroUsd }: Act, machine: Machine): Outcome {
  switch (ending.kind) {
    case 'success':
      return { kind: 'success', result: null, costMicroUsd };
    case 'failure':
      return {
        kind: 'failure',
        reason: 'It did not work',
        costMicroUsd,
        ...(ending.hint === undefined ? {} : { retryHint: ending.hint === 'never' ? 'never' : { delayMs: ending.hint } }),
        ...(ending.alternative === undefined ? {} : { alternatives: [ending.alternative] }),
      };
    case 'throw':
      throw thrown('It broke');
    case 'garbage':
    case 'deaf':
      return { kind: 'perhaps' } as unknown as Outcome;
    case 'skip':
    case 'depend':
      return { kind: 'failure', reason: asking(ending), costMicroUsd };
    case 'blocked': {
      const until = ending.untilMs === undefined ? {} : { until: machine.clock.now() + ending.untilMs };
      const need = { signal: 'answer', question: 'What now?', from: ending.from, ...until };
      return { kind: 'blocked', reason: 'It waits', need: need as Extract<Outcome, { kind: 'blocked' }>['need'], costMicroUsd };
    }
    case 'decompose': {
      const { join, children, next } = ending;
      return { kind: 'success', costMicroUsd, decomposition: { join, children, ...(next === undefined ? {} : { nextPayload: next }) } };
    }
  }
}

/** Without the place where it was thrown, which differs between a first run and a later one. */
function thrown(message: string): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}`;
  return error;
}
