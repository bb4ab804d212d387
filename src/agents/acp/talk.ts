import { methods } from '@agentclientprotocol/sdk';
import type { AgentReport, AgentTask } from '../../ports/agent.ts';
import type { Conversation } from '../../ports/process.ts';
import { endByFailure } from '../programs/faults.ts';
import { promptAnswer } from './answers.ts';
import type { PromptAnswer } from './answers.ts';
import { initialize, openConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import type { Gatekeeper } from './permissions.ts';
import type { AcpProgram } from './program.ts';
import { canResume, newSession, resumeSession } from './session.ts';
import { Stopped, failed } from './stopped.ts';
import type { Updates } from './updates.ts';

/** How a talk with one process of a program came out. */
export type TalkEnd =
  | { readonly kind: 'over'; readonly end: AgentReport['end']; readonly answer?: PromptAnswer }
  /** The connection broke, or the program ended, without our doing; with what is known beside that. */
  | { readonly kind: 'broken'; readonly why: string | undefined };

/** What a program that was cut off in the middle of its work is told. */
const goOnPrompt =
  'You were cut off in the middle of your work on the task above. Look at what the working folder holds by now, and go on until the task is done. Do not begin anew.';
/** The same, behind the task, to one that has lost its memory of it. */
const begunPrompt =
  'Your work on this task has been begun and was cut off. Look at what the working folder holds by now, and go on from there until the task is done.';

export interface TalkParts {
  readonly task: AgentTask;
  readonly program: AcpProgram;
  readonly updates: Updates;
  readonly gatekeeper: Gatekeeper;
  /** What the program is asked to do. */
  readonly prompt: string;
  /** A session that another process of it has begun; a new one without it. */
  readonly resumed: string | undefined;
  /** Aborts when the turn is to be broken off; it is given the time to say that it has. */
  readonly cancel: AbortSignal;
  readonly answerMs: number;
  /** Called when it is known by which id the session can be taken up; undefined where it cannot. */
  readonly onSession: (sessionId: string, resumable: boolean) => Promise<void>;
}

/** One process of a program from its first word to its last: a session, a prompt, and the events of what it does. Throws nothing. */
export async function talk(conversation: Conversation, parts: TalkParts): Promise<TalkEnd> {
  const { updates, gatekeeper, cancel, answerMs } = parts;
  using connection = openConnection(conversation, {
    onUpdate: (params) => updates.see(params),
    // A turn that was broken off has nothing allowed any more.
    onPermission: async (request, over) => await gatekeeper.answer(request, AbortSignal.any([over, cancel])),
    answerMs,
  });
  try {
    const answer = await takeTurn(connection, parts);
    return { kind: 'over', end: endOf(answer), answer };
  } catch (error) {
    if (error instanceof Stopped) return { kind: 'over', end: error.end };
    return { kind: 'broken', why: tellingReason(error) };
  } finally {
    updates.flush();
  }
}

/** That a program is gone is seen by its end; how we came to notice (a write that failed, a stream that ended) tells nothing. */
function tellingReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || 'code' in error || error.message === 'ACP connection closed') return undefined;
  return error.message;
}

async function takeTurn(connection: Connection, parts: TalkParts): Promise<PromptAnswer> {
  const { cancel, onSession } = parts;
  cancel.throwIfAborted();
  const abilities = await initialize(connection, parts.program);
  const { sessionId, text } = await openSession(connection, { ...parts, abilities });
  await onSession(sessionId, canResume(abilities));
  cancel.throwIfAborted();
  const answering = connection.askAtLength(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] }, promptAnswer);
  const onCancel = (): void => {
    // A connection that is broken already has nobody to tell.
    connection.notify(methods.agent.session.cancel, { sessionId }).catch(() => undefined);
  };
  cancel.addEventListener('abort', onCancel, { once: true });
  try {
    return await answering;
  } finally {
    cancel.removeEventListener('abort', onCancel);
  }
}

type SessionSetting = TalkParts & { readonly abilities: Awaited<ReturnType<typeof initialize>> };

/** @returns the session, and what there is to say in it. */
async function openSession(
  connection: Connection,
  setting: SessionSetting,
): Promise<{ readonly sessionId: string; readonly text: string }> {
  const { task, program, abilities, prompt, resumed, updates } = setting;
  const parts = { connection, abilities, task, program };
  if (resumed === undefined) return { sessionId: await newSession(parts), text: prompt };
  // What happened before is told once more, and was told already.
  updates.pause(true);
  try {
    await resumeSession(parts, resumed);
    return { sessionId: resumed, text: goOnPrompt };
  } catch (error) {
    // Gemini CLI 0.61, for one, remembers nothing of a session that ended in its first turn.
    if (!(error instanceof Stopped)) throw error;
    task.onEvent({ type: 'output', line: `Its session cannot be taken up: ${error.message}` });
    return { sessionId: await newSession(parts), text: `${prompt}\n\n${begunPrompt}` };
  } finally {
    updates.pause(false);
  }
}

function endOf({ stopReason, _meta: meta }: PromptAnswer): AgentReport['end'] {
  if (meta !== undefined && meta !== null) return endByFailure({ status: undefined, text: meta.jetbrains.air.sessionFailure.title });
  switch (stopReason) {
    case 'end_turn':
      return { kind: 'finished' };
    case 'max_tokens':
      return { kind: 'limit', limit: 'tokens', reason: 'It has used as many tokens as it may.' };
    case 'max_turn_requests':
      return { kind: 'limit', limit: 'steps', reason: 'It has asked its model as often as it may.' };
    case 'refusal':
      return { kind: 'denied', reason: 'Its model refused to go on.' };
    case 'cancelled':
      return { kind: 'cancelled' };
    default:
      return failed('bad-answer', `It stopped for a reason that the protocol does not know: ${stopReason.slice(0, 100)}.`).end;
  }
}
