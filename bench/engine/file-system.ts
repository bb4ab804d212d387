import { statfsSync } from 'node:fs';

/** Where nothing is ever written to a disk, a durable commit costs nothing, and its figures mean nothing. */
const inMemory = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);

/** The kind of file system a folder lies on, as far as it matters here. */
export function fileSystem(folder: string): string {
  const memory = inMemory.get(statfsSync(folder).type);
  return memory === undefined ? 'a disk' : `${memory}, which is memory: nothing here is durable, choose another place with --folder`;
}
