import type { CommitId } from '../../domain/ids.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { zeroTerminated } from './mirror-tools.ts';

/** Where a link of a commit leads, as it is written there. */
export async function readLinkAt(tools: MirrorTools, commit: CommitId, path: string): Promise<string | undefined> {
  const [line = ''] = zeroTerminated(await tools.git.run(tools.profile, ['ls-tree', '-z', '--full-tree', commit, '--', path]));
  const [, id] = /^120000 blob ([0-9a-f]+)\t/.exec(line) ?? [];
  return id === undefined ? undefined : await tools.git.run(tools.profile, ['cat-file', 'blob', id]);
}
