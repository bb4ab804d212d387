import { setTimeout as wait } from 'node:timers/promises';
import type { RemoteUrl } from '../../../domain/remote-url.ts';
import type { GitCommand, GitOutput, GitProfile } from '../git-command.ts';
import { GitError } from '../git-command.ts';
import { remoteFailure, troubleOf } from './remote-failure.ts';
import type { RemoteTrouble } from './remote-failure.ts';
import type { RemoteSettings } from './way-out.ts';
import { wayOut } from './way-out.ts';

/** Git, and the remote that it speaks with. */
export interface RemoteTools {
  readonly git: GitCommand;
  readonly remote: RemoteUrl;
  readonly settings: RemoteSettings;
  /** Ends a call under way and the waits between calls. */
  readonly signal?: AbortSignal | undefined;
}

const defaultWaitsMs = [500, 2_000, 7_000, 20_000, 30_000] as const;

/** What an answer is to its caller: `again` after a wait, for as long as there are any. */
export type Verdict<Result> = { readonly kind: 'done'; readonly result: Result } | { readonly kind: 'again' };

export interface RemoteCall {
  readonly args: readonly [string, ...string[]];
  readonly direction: 'from' | 'to';
  /** Of ours, by the path of its administration; none where only names are asked for. */
  readonly gitDir?: string;
  readonly config?: readonly (readonly [key: string, value: string])[];
}

/**
 * Speaks with the remote until `judge` is content, with waits in between when the network failed: at most a minute of them.
 *
 * @param judge is shown each answer with what is wrong with it (undefined: nothing), and may know better than git, whose answer may have been lost
 * on the way. Without a result from it the failure stands.
 * @throws Failure (configuration) for what a person can mend, GitError for what remains.
 */
export async function askRemote<Result>(
  { git, remote, settings, signal }: RemoteTools,
  { args, direction, gitDir, config }: RemoteCall,
  judge: (output: GitOutput, trouble: RemoteTrouble | undefined) => Promise<Verdict<Result>> | Verdict<Result>,
): Promise<Result> {
  const waits = settings.waitsMs ?? defaultWaitsMs;
  for (let attempt = 0; ; attempt += 1) {
    const profile: GitProfile = { kind: 'remote', gitDir, way: await wayOut(remote, settings, direction) };
    signal?.throwIfAborted();
    const call = { ...(config === undefined ? {} : { config }), ...(signal === undefined ? {} : { signal }) };
    const output = await git.ask(profile, args, call);
    const trouble = output.code === 0 ? undefined : troubleOf(output);
    const verdict = await judge(output, trouble);
    if (verdict.kind === 'done') return verdict.result;
    const failure = trouble === undefined ? undefined : remoteFailure(remote, trouble, output);
    if (failure !== undefined) throw failure;
    const ms = waits[attempt];
    if (ms === undefined || trouble?.kind === 'other') throw new GitError(args, output.code, output.stderr);
    await wait(ms * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
  }
}

/** For calls whose success says everything. */
export function unlessFailed({ stdout }: GitOutput, trouble: RemoteTrouble | undefined): Verdict<string> {
  return trouble === undefined ? { kind: 'done', result: stdout } : { kind: 'again' };
}
