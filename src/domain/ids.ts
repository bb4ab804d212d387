/**
 * Identities. Every stored id is a UUIDv7; branding keeps one kind from being handed in for another.
 * People see a prefix and ten lower-case characters, and may type any unique beginning of those.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A Weaver job. A Miyabi run *is* one job, so a run is addressed by its job id. */
export type JobId = Branded<'JobId'>;
export type TaskId = Branded<'TaskId'>;
export type AttemptId = Branded<'AttemptId'>;
/** One living program that executes tasks; its lock is freed by the system when it dies. */
export type ProcessId = Branded<'ProcessId'>;
export type RepositoryId = Branded<'RepositoryId'>;
/** A full lower-case SHA-1 or SHA-256 object name of a commit. */
export type CommitId = Branded<'CommitId'>;

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The ten characters people see: the last fifty bits of the UUID, which are random in version 7
 * (its first characters are a time stamp and alike for everything made in the same minute).
 */
export function shortId(uuid: string): string {
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`) & ((1n << 50n) - 1n);
  let characters = '';
  for (let index = 0; index < 10; index += 1) {
    characters = crockford.charAt(Number(bits & 31n)) + characters;
    bits >>= 5n;
  }
  return characters;
}

/** `run_7f3k2m9qxa` for a run, `task_…` for a task. */
export function displayId(prefix: 'run' | 'task', uuid: string): string {
  return `${prefix}_${shortId(uuid)}`;
}

const commitPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Checks the form only. @returns undefined when `text` is not a full object name. */
export function asCommitId(text: string): CommitId | undefined {
  return commitPattern.test(text) ? (text as CommitId) : undefined;
}
