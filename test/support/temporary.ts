import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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
      for (const mounted of mountsBelow(path)) execFileSync('umount', ['-l', mounted]);
      await rm(path, { recursive: true, force: true }).catch(() => {
        execFileSync('chmod', ['-R', 'u+rwX', path]);
        execFileSync('rm', ['-rf', path]);
      });
    },
  };
}

/** What a process that was killed left mounted, the innermost first. */
function mountsBelow(folder: string): readonly string[] {
  if (!existsSync('/proc/self/mountinfo')) return [];
  const places = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
    );
  return places.filter((place) => place.startsWith(`${folder}/`)).toReversed();
}
