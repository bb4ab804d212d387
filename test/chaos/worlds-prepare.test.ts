import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CommitId, JobId, RepositoryId } from '../../src/domain/ids.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import { discardWorld } from '../../src/worlds/discard.ts';
import { harvest } from '../../src/worlds/harvest.ts';
import { prepareWorld } from '../../src/worlds/prepare.ts';
import { divided } from '../support/campaign.ts';
import { gitStand } from '../support/git-stand.ts';
import { memoryFolders } from '../support/ledger.ts';
import { mountsIn } from '../conformance/workspaces-stand.ts';
import { userEnvironment, userGit } from '../support/repository.ts';

const run = promisify(execFile);
const seconds = Number(process.env['MIYABI_CHAOS_SECONDS'] ?? 3);
const width = 10;
const jobId = '01890000-0000-7000-8000-0000000000a1' as JobId;
const repositoryId = 'one' as RepositoryId;
const author = { name: 'Ada User', email: 'ada@example.org' };

/**
 * What git does with a repository while others work in it, none of it under our locks. Not `repack -a -d`: it throws away what no
 * reference holds yet, however new.
 */
const maintenance = [
  ['pack-refs', '--all', '--prune'],
  ['repack', '-A', '-d', '-q', '--unpack-unreachable=1.day.ago'],
  ['gc', '--quiet', '--prune=1.day.ago'],
  ['prune', '--expire=1.day.ago'],
  ['worktree', 'prune', '--expire=now'],
  ['maintenance', 'run', '--quiet', '--task=incremental-repack', '--task=loose-objects'],
] as const;

// A minute of the same: MIYABI_CHAOS_SECONDS=60
describe.each(divided([{ only: 'overlay' }, { only: 'pool' }, { only: 'checkout' }] as const, 3))(
  'ten worlds at a time by $only',
  ({ only, tags }) => {
    test(
      'are made, harvested and taken away while the mirror is pruned and repacked, and none fails',
      { tags, timeout: (seconds + 60) * 1000 },
      async (context) => {
        await using stand = await gitStand(manyFiles(), undefined, only);
        const rung = (await stand.workspaces.ladder()).find(({ method }) => method === only);
        if (rung?.usable !== true) return context.skip(rung?.detail ?? 'not known here');
        const state = stateFolder(join(stand.path, 'state'));
        const tools = { ledger: memoryFolders(), workspaces: stand.workspaces };
        const { mirror } = stand;
        const commits = [stand.repository.head, ...(await moreCommits(stand))];
        const refs = userGit(mirror.path, 'for-each-ref').split('\n').sort();
        const until = performance.now() + seconds * 1000;
        const goOn = (): boolean => performance.now() < until;
        let made = 0;
        let kept = 0;

        async function live(worker: number): Promise<void> {
          for (let round = 0; goOn(); round += 1) {
            const commit = commits[(worker + round) % commits.length]!;
            const folder = state.world(jobId, `t${round}`, `w${worker}`);
            const place = { folder, mirrorPath: mirror.path };
            const { index, directory } = await prepareWorld(tools, { ...place, commit, repositoryId, jobId, at: 1, minimumFreeBytes: 0 });
            appendFileSync(join(directory, 'README.md'), `${worker} ${round}\n`);
            const ref = `refs/miyabi/worlds/r/t${round}/w${worker}`;
            const found = await harvest(mirror, { directory, index, base: commit, message: 'm', author, at: 1, ref });
            expect(found?.change.files.map(({ path }) => path)).toEqual(['README.md']);
            await mirror.deleteRefs(ref);
            await discardWorld(tools, place);
            made += 1;
          }
        }

        async function maintain(): Promise<void> {
          for (let round = 0; goOn(); round += 1) {
            const args = maintenance[round % maintenance.length]!;
            await run('git', [...args], { cwd: mirror.path, env: userEnvironment });
            await mirror.prune();
            kept += 1;
          }
        }

        await Promise.all([...Array.from({ length: width }, async (_, worker) => live(worker)), maintain()]);
        expect(made).toBeGreaterThanOrEqual(width);
        expect(kept).toBeGreaterThan(0);
        expect(readdirSync(join(state.root, 'worlds'))).toEqual([]);
        expect(mountsIn(stand.path)).toEqual([]);
        expect(await tools.ledger.folders()).toEqual([]);
        expect(existsSync(join(mirror.path, 'worktrees'))).toBe(false);
        expect(userGit(mirror.path, 'for-each-ref').split('\n').sort()).toEqual(refs);
        expect(readdirSync(mirror.path, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.lock'))).toEqual([]);
      },
    );
  },
);

function manyFiles(): Readonly<Record<string, string>> {
  const files = Array.from({ length: 200 }, (_, at) => [`src/d${at % 10}/f${at}.js`, `export const a = ${at};\n`] as const);
  return { 'README.md': 'hello\n', ...Object.fromEntries(files) };
}

async function moreCommits({ git, mirror, repository }: Awaited<ReturnType<typeof gitStand>>): Promise<readonly CommitId[]> {
  const commits: CommitId[] = [];
  for (const at of [1, 2]) {
    const commit = repository.commit({ 'README.md': `${at}\n`, [`more/${at}.js`]: 'x' });
    await git.mirror(mirror.path, repository.root, commit);
    commits.push(commit);
  }
  return commits;
}
