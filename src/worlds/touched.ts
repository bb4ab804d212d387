import { rm, writeFile } from 'node:fs/promises';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { ProcessRunner } from '../ports/process.ts';

export interface TouchedTools {
  /** Of the machine, not of a sandbox. */
  readonly process: ProcessRunner;
  /** Where `find` is. */
  readonly path: string | undefined;
}

/** Looks for what programs change in a world's folders from now on. */
export interface TouchWatch extends AsyncDisposable {
  /** Whether anything was written, made, moved or removed where programs of the world may write, what is installed included; in doubt it was. */
  isTouched(): Promise<boolean>;
}

/**
 * Notes the moment. What is changed later has a later time of change, which nobody can set back.
 *
 * @param folder in which no program is at work, neither now nor when it is asked.
 */
export async function watchTouches({ process, path }: TouchedTools, folder: WorldFolder): Promise<TouchWatch> {
  const moment = `${folder.private}/moment`;
  await writeFile(moment, '');
  return {
    async isTouched() {
      const { end, stdout } = await process.run({
        command: ['find', folder.tree, folder.home, folder.tmp, '-cnewer', moment, '-print', '-quit'],
        cwd: '/',
        env: { ...(path === undefined ? {} : { PATH: path }), LC_ALL: 'C' },
        timeoutMs: 60_000,
        keepBytes: 4096,
        staysInGroup: true,
      });
      return end.kind !== 'exited' || end.code !== 0 || stdout !== '';
    },
    [Symbol.asyncDispose]: async () => await rm(moment, { force: true }),
  };
}
