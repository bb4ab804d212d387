import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import type { MirrorTools } from './mirror-tools.ts';

/**
 * Sees to it that everything a commit rests on lies in packs. What is fetched does from the beginning; what worlds have made lies
 * loose until something is built upon it.
 */
export async function keepInPacks(tools: MirrorTools, commit: CommitId): Promise<void> {
  if (!(await isLoose(tools, commit))) return;
  await tools.locked(async () => {
    if (!(await isLoose(tools, commit))) return;
    const pack = join(tools.mirrorPath, 'objects', 'pack', 'pack');
    await tools.git.run(tools.profile, ['pack-objects', '--revs', '--unpacked', '--quiet', pack], { stdin: `${commit}\n` });
    // The same objects once more; whoever reads one at this moment finds it in the pack.
    await tools.git.run(tools.profile, ['prune-packed', '--quiet']);
  });
}

async function isLoose({ mirrorPath }: MirrorTools, commit: CommitId): Promise<boolean> {
  return access(join(mirrorPath, 'objects', commit.slice(0, 2), commit.slice(2))).then(
    () => true,
    () => false,
  );
}
