import { operations } from 'virtual:operations';
import type { Problem } from '../../../src/domain/api/problem.ts';
import type { Answer, Asked, OperationId } from './operations.ts';

const root = '/api/v1';

/** The service says no: what, why, and what to do about it. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'Refused';
    this.problem = problem;
  }
}

/** The service cannot be reached, or answers in no way of its own. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The service does not answer.', { cause });
    this.name = 'Unreachable';
  }
}

/**
 * Asks the service. A change is sent with a key of its own, so that it is made once, whatever becomes of the answer.
 * @throws Refused, Unreachable, and what `signal` throws.
 */
export async function ask<Id extends OperationId>(id: Id, asked: Asked<Id> = {}, signal?: AbortSignal): Promise<Answer<Id>> {
  const operation = operations[id];
  if (operation === undefined) throw new Error(`There is no operation ${id}.`);
  const [method, path] = operation;
  const response = await send(root + filled(path, asked.params) + queryOf(asked.query), {
    method,
    headers: {
      accept: 'application/json',
      ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' ? {} : { 'idempotency-key': newKey() }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const answer: unknown = await response.json().catch((error: unknown) => {
    throw new Unreachable(error);
  });
  if (!response.ok) throw new Refused(answer as Problem);
  return answer as Answer<Id>;
}

async function send(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new Unreachable(error);
  }
}

function filled(path: string, params: unknown): string {
  const values = (params ?? {}) as Readonly<Record<string, string>>;
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** What can be asked with behind the `?`. */
type Asking = string | number | boolean | undefined;

function queryOf(query: unknown): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query ?? {}) as Readonly<Record<string, unknown>>))
    for (const each of Array.isArray(value) ? (value as readonly Asking[]) : [value as Asking])
      if (each !== undefined && each !== '') search.append(name, String(each));
  return search.size === 0 ? '' : `?${search.toString()}`;
}

/** Not `crypto.randomUUID`, which a page has only where it came by TLS or from its own machine. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
