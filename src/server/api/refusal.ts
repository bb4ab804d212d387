import type { Problem, ProblemKind } from '../../domain/api/problem.ts';
import type { FailureText } from '../../domain/failure.ts';
import { Failure } from '../../domain/failure.ts';

const statuses = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'foreign-origin': 403,
  'not-found': 404,
  'wrong-method': 405,
  'too-slow': 408,
  conflict: 409,
  'too-large': 413,
  'unsupported-type': 415,
  'wrong-host': 421,
  invalid: 422,
  'reused-key': 422,
  'too-many-attempts': 429,
  defect: 500,
  unavailable: 503,
} as const satisfies Readonly<Record<ProblemKind, number>>;

/** Thrown by whatever refuses a request; told as a problem. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    { what, why, fix }: FailureText,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly errors?: Problem['errors'] } = {},
  ) {
    super(`${what} ${why}`);
    const { headers = {}, errors } = options;
    this.headers = headers;
    this.problem = {
      type: `urn:miyabi:problem:${kind}`,
      status: statuses[kind],
      title: what,
      detail: why,
      fix,
      ...(errors === undefined ? {} : { errors }),
    };
  }
}

/**
 * What is told of something that was thrown. A failure that nobody outside can mend, and whatever is no failure, is told without its words: `isDefect`
 * says that it is for the log.
 */
export function refusalOf(thrown: unknown): { readonly refusal: Refusal; readonly isDefect: boolean } {
  if (thrown instanceof Refusal) return { refusal: thrown, isDefect: false };
  if (!(thrown instanceof Failure)) return { refusal: defect(), isDefect: true };
  switch (thrown.reason) {
    case 'usage':
      return { refusal: new Refusal('invalid', thrown.text), isDefect: false };
    case 'notFoundOrLocked':
    case 'configuration':
    case 'waits':
    case 'budget':
    case 'noWorldPassed':
      return { refusal: new Refusal('conflict', thrown.text), isDefect: false };
    case 'interrupted':
      return { refusal: new Refusal('unavailable', thrown.text, { headers: { 'retry-after': '5' } }), isDefect: false };
    case 'failed':
    case 'done':
      return { refusal: defect(), isDefect: true };
  }
}

/** Of what a path names: that there is none of it is another answer than that something cannot be done with it. */
export async function orMissing<Found>(found: Promise<Found>): Promise<Found> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'notFoundOrLocked') throw new Refusal('not-found', error.text);
    throw error;
  }
}

/** Of a repository that a query names. */
export function noSuchRepository(): Refusal {
  return new Refusal('not-found', {
    what: 'There is no such repository.',
    why: 'No run was in one that runs know by this name.',
    fix: 'Those that there are are named by /api/v1/statistics?by=repository.',
  });
}

/** Of a task that the path names. */
export function noSuchTask(): Refusal {
  return new Refusal('not-found', {
    what: 'There is no such task.',
    why: 'This run has none of this id.',
    fix: 'The tasks of a run are listed at /api/v1/runs/{run}/tasks.',
  });
}

function defect(): Refusal {
  return new Refusal('defect', {
    what: 'This could not be done.',
    why: 'Something went wrong that should not; the service has said what on its standard error.',
    fix: 'Ask again; where it stays, report it with what the service said.',
  });
}
