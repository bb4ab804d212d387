import {
  AISDKError,
  APICallError,
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  TypeValidationError,
} from '@ai-sdk/provider';
import { Failure } from '../../domain/failure.ts';
import type { ProviderFailure } from '../../domain/provider-failure.ts';
import type { AgentFault, AgentReport } from '../../ports/agent.ts';
import { line } from './text.ts';

/** How a loop ends that got no answer. */
export type WithoutAnswer = Extract<AgentReport['end'], { readonly kind: 'limit' | 'failed' }>;

const faults: Readonly<Record<ProviderFailure['kind'], AgentFault>> = {
  network: 'network',
  throttled: 'provider',
  unavailable: 'provider',
  'used-up': 'account-used-up',
  'no-key': 'no-key',
  'wrong-key': 'wrong-key',
  'unknown-model': 'unknown-model',
  refused: 'provider',
  unreadable: 'bad-answer',
};

/**
 * Why a call had no answer, for people.
 *
 * @param told how the exchange has put it, where it has.
 */
export function endWithout(error: unknown, told: ProviderFailure | undefined): WithoutAnswer {
  if (isBudget(error)) return { kind: 'limit', limit: 'cost', reason: messageOf(error) };
  if (told !== undefined) return { kind: 'failed', fault: faults[told.kind], reason: sentence(told) };
  return { kind: 'failed', ...readError(error) };
}

/** The conversation is longer than the model reads. */
export function isTooLong(error: unknown): boolean {
  if (!APICallError.isInstance(error) || (error.statusCode !== 400 && error.statusCode !== 413)) return false;
  return /too (?:long|large|many tokens)|context.{0,20}(?:length|window|limit|size)|maximum.{0,20}(?:length|tokens)|exceeds?.{0,40}tokens/i.test(
    `${error.message} ${error.responseBody ?? ''}`,
  );
}

/** The exchange refuses it, in the words of the provider's protocol. */
function isBudget(error: unknown): boolean {
  return APICallError.isInstance(error) && error.statusCode === 402 && /miyabi_budget/i.test(error.responseBody ?? '');
}

function sentence(told: ProviderFailure): string {
  const resets = told.kind === 'used-up' && told.resetsAt !== undefined ? `; resets at ${new Date(told.resetsAt).toISOString()}` : '';
  return `${line(told.message, 500)}${resets}`;
}

/** Where the exchange has told nothing: what status and kind of the error say. @throws the error itself where it is none of a provider's. */
function readError(error: unknown): { readonly fault: AgentFault; readonly reason: string } {
  const reason = messageOf(error);
  if (error instanceof Failure) return { fault: 'no-key', reason };
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 300) {
    return { fault: faultOf(error.statusCode), reason: `${reason} (status ${error.statusCode})` };
  }
  const isUnreadable = [JSONParseError, TypeValidationError, InvalidResponseDataError, EmptyResponseBodyError].some(
    (kind) => kind.isInstance(error) || kind.isInstance(causeOf(error)),
  );
  if (isUnreadable) return { fault: 'bad-answer', reason: `the provider's answer cannot be read: ${reason}` };
  if (APICallError.isInstance(error)) return { fault: error.statusCode === undefined ? 'network' : 'bad-answer', reason };
  if (AISDKError.isInstance(error)) return { fault: 'other', reason };
  throw error;
}

function faultOf(status: number): AgentFault {
  if (status === 401 || status === 403) return 'wrong-key';
  if (status === 404) return 'unknown-model';
  if (status === 402) return 'account-used-up';
  return 'provider';
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function messageOf(error: unknown): string {
  return line(error instanceof Error ? error.message : String(error), 500);
}
