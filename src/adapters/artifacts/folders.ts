import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unless } from './on-disk.ts';

/** Makes a folder with all above it, for the user alone; what was made is still there after a power cut. */
export async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true, mode: 0o700 });
  if (topmost === undefined) return;
  for (let made = path; made.length >= topmost.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** The names in it are still there after a power cut. A folder that is gone by now held nothing that lasts. */
export async function syncFolder(path: string): Promise<void> {
  await using handle = await unless(['ENOENT'], open(path, 'r'));
  await handle?.sync();
}
