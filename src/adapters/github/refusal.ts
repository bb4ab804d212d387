import { stripVTControlCharacters } from 'node:util';
import { Failure } from '../../domain/failure.ts';
import { visibleText } from '../../domain/visible-text.ts';

/** What GitHub answered in place of what was asked for, as octokit throws it. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly message: string;
}

const shown = 300;

/** @returns undefined for whatever is no answer of GitHub: a connection that failed, a defect of ours. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const response = 'response' in error ? (error.response as { readonly headers?: Refusal['headers'] } | undefined) : undefined;
  if (response === undefined) return undefined;
  return { status: error.status, headers: response.headers ?? {}, message: error.message };
}

export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  const refusal = refusalOf(error);
  return refusal !== undefined && statuses.includes(refusal.status);
}

/** Whether octokit threw for a connection that failed or took too long. */
export function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  // What `fetch` says, where octokit is not between.
  if (error instanceof TypeError && /^(?:fetch failed|terminated)$/.test(error.message)) return true;
  return error.name === 'TimeoutError' || error.name === 'AbortError' || (error.name === 'HttpError' && refusalOf(error) === undefined);
}

/** The failure of what only a person can mend. @param what was not done, as a sentence. */
export function refused(what: string, refusal: Refusal, fix?: string): Failure {
  const { status } = refusal;
  const isGone = status === 404 || status === 410;
  return new Failure(
    isGone ? 'notFoundOrLocked' : 'configuration',
    { what, why: `GitHub answered ${status}: ${wordsOf(refusal.message)}.`, fix: fix ?? fixOf(status) },
    { facts: { forge: 'github', status } },
  );
}

function fixOf(status: number): string {
  if (status === 401) return 'Give a token that is valid, or check the App and its private key; see docs/github.md.';
  if (status === 403)
    return 'Give the token or the App the permissions that docs/github.md lists, and check that the organisation lets it in.';
  if (status === 404) return 'Check the name and the number, and that the token or the App may see this repository.';
  if (status === 410) return 'It was deleted, or issues are switched off in this repository.';
  return 'See what it says; where it looks like a defect of Miyabi, report it.';
}

/** Foreign words, on one line, without what a terminal would obey. */
export function wordsOf(message: string): string {
  const words = visibleText(stripVTControlCharacters(message)).text.replaceAll(/\s+/g, ' ').trim();
  return words.slice(0, shown).replace(/[.\s]+$/, '');
}
