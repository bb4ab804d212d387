import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import type { SiteRepository } from '../../test/support/forge-site.ts';
import { headOf } from '../../test/support/forge-site.ts';
import { git, usersEnvironment } from '../../test/support/miyabi.ts';

const lookEveryMs = 500;

/** Is the continuous integration of a forge that is a folder: runs the tests of every pull request's head, and writes down how they ended. */
export async function runChecks(repositories: readonly SiteRepository[], signal: AbortSignal): Promise<void> {
  const checked = new Set<string>();
  while (!signal.aborted) {
    for (const repository of repositories) {
      for (const branch of await repository.openBranches()) {
        const commit = await headOf(repository, branch);
        if (commit === undefined || checked.has(commit)) continue;
        checked.add(commit);
        await repository.setCheck(commit, 'test', (await passes(repository, commit)) ? 'passed' : 'failed');
      }
    }
    await setTimeout(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

async function passes({ gitPath }: SiteRepository, commit: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'miyabi-checks-'));
  try {
    await git(folder, 'clone', '--quiet', '--no-checkout', gitPath, 'checkout');
    const checkout = join(folder, 'checkout');
    await git(checkout, 'checkout', '--quiet', '--detach', commit);
    const { exitCode } = await execa(process.execPath, ['--test'], {
      cwd: checkout,
      reject: false,
      env: usersEnvironment(),
      extendEnv: false,
    });
    return exitCode === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
