import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import { createGitCommand } from './git-command.ts';
import { makeIfAbsent } from './mirror.ts';
import { toolsOf } from './mirror-tools.ts';
import type { MirrorContext } from './mirror-tools.ts';
import { listRefs } from './refs.ts';

/** What a bundle holds of a mirror. */
export interface Bundled {
  /** Names of refs with the objects that they stand for. */
  readonly refs: Readonly<Record<string, string>>;
  /** Commits whose parents the mirror does not have, as one of a shallow clone does not. */
  readonly shallow: readonly string[];
}

/** Takes mirrors of ours into single files, and makes them from such again. */
export interface MirrorBundles {
  /** Writes all refs of a mirror, with all that they rest on. @returns undefined for a mirror without refs, of which nothing is written. */
  bundle(mirrorPath: string, file: string): Promise<Bundled | undefined>;
  /** Makes the mirror, which must not exist yet, with these refs of the bundle. @throws GitError where the bundle lacks something of them. */
  unbundle(mirrorPath: string, file: string, bundled: Bundled): Promise<void>;
}

export function mirrorBundles({ process, locks, path }: Omit<MirrorContext, 'git'>): MirrorBundles {
  const context: MirrorContext = { git: createGitCommand({ process, path }), locks, process, path };
  return {
    async bundle(mirrorPath, file) {
      const tools = toolsOf(context, mirrorPath);
      const { git, profile } = tools;
      return await tools.locked(async () => {
        if ((await listRefs(tools)).length === 0) return undefined;
        await git.run(profile, ['bundle', 'create', '--quiet', file, '--all']);
        // Refs may have moved on since they were looked at: what counts is what the file says.
        const heads = await git.run(profile, ['bundle', 'list-heads', file]);
        return { refs: refsIn(heads), shallow: await shallowCommits(mirrorPath) };
      });
    },
    async unbundle(mirrorPath, file, { refs, shallow }) {
      const [first] = Object.values(refs);
      if (first === undefined) return;
      // Which kind of names its objects have is all that is asked of it.
      await makeIfAbsent(context.git, mirrorPath, first as CommitId);
      if (shallow.length > 0) await writeFile(join(mirrorPath, 'shallow'), `${shallow.join('\n')}\n`);
      const { git, profile } = toolsOf(context, mirrorPath);
      await git.run(profile, ['bundle', 'unbundle', file]);
      const orders = Object.entries(refs).map(([name, object]) => `create ${name} ${object}\n`);
      await git.run(profile, ['update-ref', '--stdin'], { stdin: orders.join('') });
      await git.run(profile, ['fsck', '--connectivity-only', '--no-dangling', '--no-progress']);
    },
  };
}

function refsIn(heads: string): Readonly<Record<string, string>> {
  const pairs = heads.split('\n').map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))] as const);
  return Object.fromEntries(pairs.filter(([name]) => name.startsWith('refs/')));
}

async function shallowCommits(mirrorPath: string): Promise<readonly string[]> {
  try {
    return (await readFile(join(mirrorPath, 'shallow'), 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
