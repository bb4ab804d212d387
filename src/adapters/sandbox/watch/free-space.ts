import { statfsSync, statSync } from 'node:fs';

/** How far the free space of the file systems of some folders has gone down, whoever wrote. */
export interface FreeSpace {
  /** Since {@link FreeSpace.mark} was last called; never below zero. */
  gone(): { readonly bytes: number; readonly files: number };
  mark(): void;
}

/** Asks each file system once, however many of the folders lie in it. */
export function watchFreeSpace(folders: readonly string[]): FreeSpace {
  const devices = new Map<number, string>();
  for (const folder of folders) devices.set(statSync(folder).dev, folder);
  const places = [...devices.values()];

  function free(): { bytes: number; files: number } {
    let [bytes, files] = [0, 0];
    for (const place of places) {
      const found = freeIn(place);
      bytes += found.bytes;
      files += found.files;
    }
    return { bytes, files };
  }
  let begin = free();
  return {
    gone() {
      const now = free();
      return { bytes: Math.max(0, begin.bytes - now.bytes), files: Math.max(0, begin.files - now.files) };
    },
    mark: () => {
      begin = free();
    },
  };
}

/** Nothing for a folder that is gone. Some file systems (btrfs) do not count files. */
function freeIn(folder: string): { readonly bytes: number; readonly files: number } {
  try {
    const found = statfsSync(folder);
    return { bytes: found.bfree * found.bsize, files: found.ffree };
  } catch {
    return { bytes: 0, files: 0 };
  }
}
