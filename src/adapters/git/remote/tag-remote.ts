import type { CommitId } from '../../../domain/ids.ts';
import type { Published } from '../../../ports/git.ts';
import { badTag } from '../tag.ts';
import type { RemoteTools } from './ask-remote.ts';
import { refused } from './publish-remote.ts';
import { pushRefs } from './push-refs.ts';
import { remoteRefs } from './remote-refs.ts';

/** Makes a tag at the remote; one that is there stays where it is. The same twice is one. */
export async function tagRemote(
  tools: RemoteTools,
  { gitDir, name: tag, commit }: { readonly gitDir: string; readonly name: string; readonly commit: CommitId },
): Promise<Published> {
  const badForm = await badTag(tools.git, tag);
  if (badForm !== undefined) return { kind: 'refused', reason: badForm };
  const name = `refs/tags/${tag}`;
  const at = (await remoteRefs(tools, [name])).get(name);
  if (at !== undefined) return at === commit ? { kind: 'published' } : { kind: 'diverged', at };
  const pushed = await pushRefs(tools, gitDir, [{ name, commit, from: { kind: 'only', at: undefined } }]).catch(refused);
  if (pushed.kind === 'pushed') return { kind: 'published' };
  if (pushed.kind === 'refused') return pushed;
  return pushed.at === undefined
    ? { kind: 'refused', reason: `Somebody deleted the tag "${tag}" meanwhile.` }
    : { kind: 'diverged', at: pushed.at };
}
