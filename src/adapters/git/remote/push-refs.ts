import type { CommitId } from '../../../domain/ids.ts';
import type { Verdict } from './ask-remote.ts';
import { askRemote } from './ask-remote.ts';
import type { RemoteTools } from './ask-remote.ts';
import { remoteRefs } from './remote-refs.ts';
import { otherSide } from './way-out.ts';

/** A ref of the remote that is to stand for a commit which our repository has. */
export interface RefMove {
  readonly name: string;
  readonly commit: CommitId;
  /** `from`: only from there (undefined: only where there is no such ref). `anywhere`: wherever it is. */
  readonly from: { readonly kind: 'only'; readonly at: CommitId | undefined } | { readonly kind: 'anywhere' };
}

export type Pushed =
  | { readonly kind: 'pushed' }
  /** The ref is not where it was to be moved from: nothing was moved. */
  | { readonly kind: 'elsewhere'; readonly name: string; readonly at: CommitId | undefined };

/**
 * Moves refs of the remote, all or none. Where the answer is lost it looks what has become of them: what stands where it was to stand was
 * pushed, by this call or by another attempt of the same; there is no difference.
 *
 * @throws as {@link askRemote}.
 */
export async function pushRefs(tools: RemoteTools, gitDir: string, moves: readonly RefMove[]): Promise<Pushed> {
  const leases = moves.map(({ name, from }) => (from.kind === 'anywhere' ? undefined : `--force-with-lease=${name}:${from.at ?? ''}`));
  return await askRemote<Pushed>(
    tools,
    {
      args: [
        'push',
        '--quiet',
        '--no-verify',
        '--no-follow-tags',
        '--no-signed',
        '--recurse-submodules=no',
        ...(moves.length > 1 ? ['--atomic'] : []),
        ...leases.filter((lease) => lease !== undefined),
        ...otherSide(tools.remote, 'receive-pack'),
        '--end-of-options',
        tools.remote.url,
        ...moves.map(({ name, commit, from }) => `${from.kind === 'anywhere' ? '+' : ''}${commit}:${name}`),
      ],
      direction: 'to',
      gitDir,
    },
    async (_, trouble) => (trouble === undefined ? { kind: 'done', result: { kind: 'pushed' } } : await lookAgain(tools, moves)),
  );
}

async function lookAgain(tools: RemoteTools, moves: readonly RefMove[]): Promise<Verdict<Pushed>> {
  const now = await remoteRefs(
    tools,
    moves.map(({ name }) => name),
  );
  if (moves.every(({ name, commit }) => now.get(name) === commit)) return { kind: 'done', result: { kind: 'pushed' } };
  const astray = moves.find(({ name, commit, from }) => from.kind === 'only' && now.get(name) !== from.at && now.get(name) !== commit);
  return astray === undefined
    ? { kind: 'again' }
    : { kind: 'done', result: { kind: 'elsewhere', name: astray.name, at: now.get(astray.name) } };
}
