import type { AtTarget } from './at-target.ts';

/** Where the release of a deployment is asked that runs by itself already; undefined where it does not, or the target has no such place. */
export async function runningBeside({ target, opened, change }: AtTarget): Promise<string | undefined> {
  const { running } = await target.status(change.signal);
  return running.find(({ release }) => release === opened.release)?.url;
}
