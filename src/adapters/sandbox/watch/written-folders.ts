import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** See statfs(2). */
const overlayfs = 0x794c7630;

/**
 * Leaves out folders on which an overlay is mounted: what is written there lies in its upper folder, and would count twice.
 * A folder somewhere inside an overlay, as everything is in a container, stays.
 */
export function withoutOverlayMounts(folders: readonly string[]): readonly string[] {
  return folders.filter((folder) => statfsSync(folder).type !== overlayfs || statSync(folder).dev === statSync(dirname(folder)).dev);
}
