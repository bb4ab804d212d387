import type { RungPlace } from '../rung.ts';
import { isWithin } from '../within.ts';
import type { SystemView } from './system-view.ts';

/** What appears at a path: the same path of the machine, or an empty folder that cannot be written. */
export interface Mount {
  readonly path: string;
  readonly as: 'writable' | 'readable' | 'empty';
}

/**
 * The parts of the machine that a world sees, outer ones before inner ones, so that each lies over what it is in. Nothing else
 * exists inside, also not beside them: the folders that lead to them hold nothing but them.
 */
export function mountsOf(
  place: Pick<RungPlace, 'writable' | 'protected' | 'readable' | 'hidden' | 'egress'>,
  view: SystemView,
): readonly Mount[] {
  const isLinked = (path: string): boolean => view.links.some((link) => isWithin(link.path, path));
  const shown = [...view.readable, ...place.readable.filter((path) => !isLinked(path))];
  const readable: Mount[] = [...shown, ...egressFolders(place)].map((path) => ({ path, as: 'readable' }));
  const writable: Mount[] = outermost(place.writable).map((path) => ({ path, as: 'writable' }));
  const hidden: Mount[] = place.hidden
    .filter((path) => shown.some((folder) => isWithin(folder, path)))
    .map((path) => ({ path, as: 'empty' }));
  const kept: Mount[] = place.protected.map((path) => ({ path, as: 'readable' }));
  const last = new Map([...hidden, ...readable, ...writable, ...kept].map((mount) => [mount.path, mount]));
  return withoutNeedless([...last.values()].toSorted((one, other) => (inOrder(one.path) < inOrder(other.path) ? -1 : 1)));
}

/**
 * Paths of the machine that a world could have put something else in the place of, by the next time they are looked up: those that
 * lie in a folder it may write.
 */
export function movablePaths(mounts: readonly Mount[], writable: readonly string[]): readonly string[] {
  return mounts.map(({ path }) => path).filter((path) => writable.some((folder) => path !== folder && isWithin(folder, path)));
}

/** What is readable in something that is readable is there already. @param mounts in order. */
function withoutNeedless(mounts: readonly Mount[]): readonly Mount[] {
  return mounts.filter(({ path, as }, index) => {
    const around = mounts.slice(0, index).findLast((mount) => isWithin(mount.path, path));
    return as !== 'readable' || around?.as !== 'readable';
  });
}

function egressFolders({ egress }: Pick<RungPlace, 'egress'>): readonly string[] {
  return egress === undefined || egress.folder === '' ? [] : [egress.folder];
}

/** What lies in another writable folder is writable with it. */
function outermost(folders: readonly string[]): readonly string[] {
  return folders.filter((path) => !folders.some((folder) => folder !== path && isWithin(folder, path)));
}

/** A folder before what is in it, whatever characters follow. */
function inOrder(path: string): string {
  return path.replaceAll('/', '\0');
}
