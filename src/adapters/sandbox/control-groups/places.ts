import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HeldResource } from './control-group.ts';
import { isRemoved } from './end-groups.ts';
import type { Hierarchy } from './hierarchies.ts';
import { codeOf, readText, writeIfThere } from './interface-files.ts';

/** A folder of a hierarchy in which groups can be made that processes of ours can join. */
export interface Place {
  readonly version: 1 | 2;
  /** Of those that matter here, the ones that a group in this place has. */
  readonly controllers: readonly string[];
  readonly folder: string;
  /** The top of the hierarchy. */
  readonly top: string;
}

/** Where groups are made, and why not everywhere. */
export interface Places {
  readonly kind: 'v1' | 'v2' | 'none';
  readonly places: readonly Place[];
  readonly detail: string;
}

const resourceOf: Readonly<Record<string, HeldResource>> = { memory: 'memory', pids: 'processes', cpu: 'cpu' };
const accounting = 'cpuacct';

export function heldIn(places: readonly Place[]): ReadonlySet<HeldResource> {
  return new Set(places.flatMap(({ controllers }) => controllers.flatMap((controller) => resourceOf[controller] ?? [])));
}

/**
 * Looks for places by making a group and removing it again.
 *
 * Version 1: below our own group of each hierarchy, so that our own limits go on holding. Version 2: beside our own group,
 * because a group that holds processes can have no limited groups below it; the nearest folder above us that is ours to
 * write and has all controllers, which for an ordinary user is one of those that systemd gives to `user@<uid>.service`. Groups
 * above us that are limited are not left for the sake of a controller; our own group's limits do not hold what is beside it.
 *
 * @param probe a name that no other process uses.
 */
export function findPlaces(hierarchies: readonly Hierarchy[], probe: string): Places {
  const first = hierarchies.filter(({ version }) => version === 1);
  const separate = first.map((hierarchy) => placeV1(hierarchy, probe));
  const places = separate.flatMap((found) => ('place' in found ? [found.place] : []));
  if (places.some(({ controllers }) => controllers.includes('memory') || controllers.includes('pids'))) return report('v1', places);
  const second = hierarchies.filter(({ version }) => version === 2).map((hierarchy) => placeV2(hierarchy, probe));
  const found = second.flatMap((each) => ('place' in each ? [each.place] : []))[0];
  if (found !== undefined) return report('v2', [found]);
  const reasons = [...second, ...separate].flatMap((each) => ('reason' in each ? [each.reason] : []));
  const reason = reasons[0] ?? 'the system has none';
  return {
    kind: 'none',
    places: [],
    detail: `No control groups (${reason}): what a world uses is watched, and it is stopped when that is too much.`,
  };
}

function report(kind: 'v1' | 'v2', places: readonly Place[]): Places {
  const held = heldIn(places);
  const names = { memory: 'memory', processes: 'number of processes', cpu: 'processor time' } as const;
  const list = (wanted: boolean): string =>
    (Object.keys(names) as HeldResource[])
      .filter((resource) => held.has(resource) === wanted)
      .map((resource) => names[resource])
      .join(', ');
  const begin =
    kind === 'v1' ? 'Control groups of version 1' : `Control groups of version 2 (in ${places.map(({ folder }) => folder).join(', ')})`;
  if (held.size === 0)
    return {
      kind,
      places,
      detail: `${begin} hold no limit of a world here (its controllers are not given to us); they only end all of its processes together.`,
    };
  const missing = held.size === 3 ? '' : `; not held, only watched: ${list(false)}`;
  return { kind, places, detail: `${begin} hold each world as a whole: ${list(true)}${missing}.` };
}

type Found = { readonly place: Place } | { readonly reason: string };

function placeV1({ top, own, controllers }: Hierarchy, probe: string): Found {
  const useful = controllers.filter((name) => name in resourceOf || name === accounting);
  if (useful.length === 0) return { reason: 'the system has none that limit anything' };
  const reason = whyNot(own, probe);
  return reason === undefined ? { place: { version: 1, controllers: useful, folder: own, top } } : { reason };
}

function placeV2({ top, own }: Hierarchy, probe: string): Found {
  let best: Place | undefined;
  let reason: string | undefined;
  for (let folder = own === top ? top : dirname(own); ; folder = dirname(folder)) {
    const why = whyNot(folder, probe);
    reason ??= why;
    if (why === undefined) {
      const available = words(readText(folder, 'cgroup.controllers')).filter((name) => name in resourceOf);
      const controllers = available.filter((name) => isGiven(folder, name));
      if (best === undefined || controllers.length > best.controllers.length) best = { version: 2, controllers, folder, top };
    }
    if (folder === top || (best !== undefined && (hasAll(best) || isLimited(folder)))) break;
  }
  return best === undefined ? { reason: reason ?? 'the system has none' } : { place: best };
}

function hasAll({ controllers }: Place): boolean {
  return controllers.length === Object.keys(resourceOf).length;
}

/** Whether this group is held itself: then its limits are worth more than a controller that only a folder above has. */
function isLimited(folder: string): boolean {
  return ['memory.max', 'cpu.max'].some((file) => !(readText(folder, file) ?? 'max').startsWith('max'));
}

/** Whether groups in this folder have the controller. Asks for it where they do not yet. */
function isGiven(folder: string, controller: string): boolean {
  const isOn = (): boolean => words(readText(folder, 'cgroup.subtree_control')).includes(controller);
  if (isOn()) return true;
  try {
    writeIfThere(folder, 'cgroup.subtree_control', `+${controller}`);
  } catch (error) {
    // EBUSY: there are processes in the folder itself.
    if (!['EBUSY', 'EINVAL', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
  }
  return isOn();
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** @returns undefined when a group can be made in the folder and processes of ours be moved there. */
function whyNot(folder: string, probe: string): string | undefined {
  const made = join(folder, probe);
  try {
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    mkdirSync(made);
    isRemoved(made);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'EPERM') return `${folder} is not ours to write`;
    if (code === 'EROFS') return `${folder} is mounted read-only`;
    return `${folder}: ${code ?? String(error)}`;
  }
}
