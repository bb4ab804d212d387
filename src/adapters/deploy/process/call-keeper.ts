import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { DeployRefused, FencedOff } from '../../../ports/deployer.ts';
import { request as httpRequest } from '../../node-http.ts';
import type { AnswerOf, RequestOf, Verb } from './messages.ts';
import { answers, problemSchema } from './messages.ts';
import { withSocketPath } from './socket-path.ts';

/** Nobody keeps the environment at the moment, or whoever did has died while it was asked. */
export class NoKeeper extends Error {}

/**
 * Asks the keeper of an environment.
 *
 * @throws NoKeeper where there is none, FencedOff and DeployRefused as the keeper says so, any other error for the rest.
 */
export async function callKeeper<Name extends Verb>(
  folder: string,
  verb: Name,
  body: RequestOf<Name>,
  signal: AbortSignal,
): Promise<AnswerOf<Name>> {
  const { status, content } = await withSocketPath(folder, (socketPath) => post(socketPath, verb, JSON.stringify(body), signal));
  if (status === 200) return answers[verb].parse(content) as AnswerOf<Name>;
  const problem = problemSchema.safeParse(content).data;
  if (problem?.kind === 'fenced') throw new FencedOff(problem.fence, problem.seen);
  if (problem?.kind === 'refused') throw new DeployRefused(problem.reason);
  throw new Error(problem?.reason ?? `The keeper answered ${status} to ${verb}.`);
}

async function post(socketPath: string, verb: Verb, body: string, signal: AbortSignal): Promise<{ status: number; content: unknown }> {
  signal.throwIfAborted();
  const outgoing = httpRequest({
    socketPath,
    path: `/${verb}`,
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
    signal,
  });
  try {
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, content: JSON.parse(await text(answer)) };
  } catch (error) {
    signal.throwIfAborted();
    if (isNobodyThere(error)) throw new NoKeeper('Nobody keeps the environment.', { cause: error });
    throw error;
  }
}

/** A reset is the death of a keeper in the middle of its answer: every verb may be asked for again. */
function isNobodyThere(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { syscall, code } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || code === 'ECONNRESET' || code === 'EPIPE';
}
