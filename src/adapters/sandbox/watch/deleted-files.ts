import { readdirSync, statfsSync, statSync } from 'node:fs';

/** File systems that live in memory, which is counted elsewhere: tmpfs, and with it memfd. See statfs(2). */
const inMemory = new Set([0x01021994, 0x858458f6]);

/**
 * Disk that is taken by files without a name, which no walk finds: removed ones that a process still holds open. In bytes.
 * Processes of others that cannot be looked into count nothing.
 */
export function heldByDeleted(pids: readonly number[], proc = '/proc'): number {
  const counted = new Set<string>();
  let bytes = 0;
  for (const pid of pids) {
    for (const path of openFiles(`${proc}/${pid}/fd`)) {
      const file = deletedFile(path);
      if (file === undefined || counted.has(file.id)) continue;
      counted.add(file.id);
      bytes += file.bytes;
    }
  }
  return bytes;
}

function openFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

function deletedFile(path: string): { readonly id: string; readonly bytes: number } | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.nlink > 0 || inMemory.has(statfsSync(path).type)) return undefined;
    return { id: `${stats.dev} ${stats.ino}`, bytes: stats.blocks * 512 };
  } catch {
    return undefined;
  }
}
