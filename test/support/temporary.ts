import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder extends AsyncDisposable {
  /** Real path. */
  readonly path: string;
}

/** A folder that is gone when its scope ends; `await using folder = await temporaryFolder()`. */
export async function temporaryFolder(name = 'miyabi-test-'): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), name)));
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true }).catch(() => {
        execFileSync('chmod', ['-R', 'u+rwX', path]);
        execFileSync('rm', ['-rf', path]);
      });
    },
  };
}
