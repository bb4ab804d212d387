import { createHash } from 'node:crypto';
import type { RequestPermissionResponse } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import type { AgentTask } from '../../ports/agent.ts';
import { deedOf, toolCall } from './tool-calls.ts';
import type { Deed } from './tool-calls.ts';

export const permissionRequest = z.object({
  toolCall,
  options: z.array(z.object({ optionId: z.string(), kind: z.string() })),
});
export type PermissionRequest = z.infer<typeof permissionRequest>;

/** Denials after which a program that only asks again is not answered any more. */
export const mostDenials = 100;

/** Answers a program that asks for permission, as the task says. */
export interface Gatekeeper {
  /** @param over aborts when nobody waits for the answer any more. */
  answer(request: PermissionRequest, over: AbortSignal): Promise<RequestPermissionResponse>;
  /** What was not allowed, in its order. */
  denied(): readonly string[];
}

/** @param onTooMany called when the program was denied {@link mostDenials} things. */
export function createGatekeeper(
  task: Pick<AgentTask, 'permissions' | 'ask' | 'onEvent' | 'directory'>,
  onTooMany: () => void,
): Gatekeeper {
  const denied: string[] = [];
  /** A person is asked one thing at a time, however much a program asks for at once. */
  let asking: Promise<unknown> = Promise.resolve();

  function deny(what: string): void {
    denied.push(what);
    task.onEvent({ type: 'denied', what });
    if (denied.length === mostDenials) onTooMany();
  }

  async function isAllowed(deed: Deed, over: AbortSignal): Promise<boolean> {
    if (task.permissions !== 'ask') return task.permissions === 'allow';
    const answered = asking.then(async () => !over.aborted && (await askPerson(deed)));
    asking = answered.catch(() => undefined);
    return await answered;
  }

  async function askPerson({ shown, whole }: Deed): Promise<boolean> {
    // By the whole of it: the answer to what looks the same where it is cut, or where lines are put into one, is none to this.
    const key = `permission:${createHash('sha256').update(whole).digest('hex').slice(0, 32)}`;
    task.onEvent({ type: 'waiting', why: `a person is asked whether it may ${shown}` });
    return await task.ask({ key, text: `It asks to ${shown}. May it?` });
  }

  return {
    denied: () => denied,
    async answer(request, over) {
      const deed = deedOf(request.toolCall, task.directory);
      const allowed = await unlessOver(async () => await isAllowed(deed, over), over);
      if (allowed === undefined) return { outcome: { outcome: 'cancelled' } };
      const chosen = choose(request.options, allowed);
      if (!chosen.allows) deny(deed.shown);
      return { outcome: chosen.outcome };
    },
  };
}

/** For this once rather than for ever; where no option says in words we know what it means, nothing is chosen. */
function choose(
  options: PermissionRequest['options'],
  allowed: boolean,
): { allows: boolean; outcome: RequestPermissionResponse['outcome'] } {
  const first = (...kinds: readonly string[]): string | undefined =>
    kinds.map((kind) => options.find((option) => option.kind === kind)?.optionId).find((id) => id !== undefined);
  const granting = allowed ? first('allow_once', 'allow_always') : undefined;
  const optionId = granting ?? first('reject_once', 'reject_always');
  const outcome = optionId === undefined ? ({ outcome: 'cancelled' } as const) : ({ outcome: 'selected', optionId } as const);
  return { allows: granting !== undefined, outcome };
}

/** Nobody is asked when it is over already: a program may go on asking. */
async function unlessOver<Value>(ask: () => Promise<Value>, over: AbortSignal): Promise<Value | undefined> {
  if (over.aborted) return undefined;
  const cleanUp = new AbortController();
  const ended = new Promise<undefined>((resolve) => {
    over.addEventListener('abort', () => resolve(undefined), { once: true, signal: cleanUp.signal });
  });
  try {
    return await Promise.race([ask(), ended]);
  } finally {
    cleanUp.abort();
  }
}
