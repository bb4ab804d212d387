import { unwatchFile, watch, watchFile } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';

/** Where the system tells nothing, such as in folders of a network: how often is looked, in ms. */
const lookEveryMs = 5_000;
/** What is written in several steps is one change, in ms. */
const settleMs = 100;

/**
 * Calls back after something happened to one of these files, whether it was changed, put in place of another, made or removed, until it is disposed. Keeps no
 * process alive.
 *
 * @param folder need not be there yet.
 */
export function watchFiles(folder: string, names: readonly string[], changed: () => void): Disposable {
  let settling: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(settling);
    settling = setTimeout(changed, settleMs);
    settling.unref();
  };
  const told = tellsOf(folder, (name) => {
    if (name === null || names.includes(name)) soon();
  });
  // Beside what the system tells: it forgets a folder that is removed and made anew.
  const paths = names.map((name) => join(folder, name));
  // A file that is not there is told of as well.
  const looked = (now: Stats, before: Stats): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) soon();
  };
  for (const path of paths) watchFile(path, { interval: lookEveryMs, persistent: false }, looked);
  return {
    [Symbol.dispose]: () => {
      clearTimeout(settling);
      told?.close();
      for (const path of paths) unwatchFile(path, looked);
    },
  };
}

/** @returns undefined where the system tells nothing of this folder: it is looked at all the same. */
function tellsOf(folder: string, changed: (name: string | null) => void): { close(): void } | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => changed(name));
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined; // Absent, or on a file system that cannot be watched: watchFile looks.
  }
}
