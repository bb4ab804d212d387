import { RequestError, methods } from '@agentclientprotocol/sdk';
import type { AgentFault, AgentReport } from '../../ports/agent.ts';
import { endByFailure } from '../programs/faults.ts';

/** Ends the talk with a program before its time; `end` is what the world is told. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly end: AgentReport['end'];

  constructor(end: AgentReport['end']) {
    super('reason' in end ? end.reason : end.kind);
    this.end = end;
  }
}

export function failed(fault: AgentFault, reason: string, cause?: unknown): Stopped {
  const stopped = new Stopped({ kind: 'failed', fault, reason });
  stopped.cause = cause;
  return stopped;
}

/** `auth_required` of the protocol. */
const authRequired = -32_000;

export function isAuthRequired(error: unknown): boolean {
  return error instanceof RequestError && error.code === authRequired;
}

/** What an error that a program answered with amounts to. */
export function answeredWithError(method: string, error: RequestError): Stopped {
  const detail = error.data === undefined ? '' : ` ${typeof error.data === 'string' ? error.data : JSON.stringify(error.data)}`;
  const said = `${error.message}${detail}`.slice(0, 1_000);
  // Of a turn, it is the provider that says so, who was asked with the key that there is.
  const end = isAuthRequired(error)
    ? failed(method === methods.agent.session.prompt ? 'wrong-key' : 'no-key', said).end
    : endByFailure({ status: undefined, text: said });
  const stopped = new Stopped('reason' in end ? { ...end, reason: `It answered ${method} with an error: ${end.reason}` } : end);
  stopped.cause = error;
  return stopped;
}
