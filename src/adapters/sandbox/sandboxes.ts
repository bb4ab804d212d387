import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { IsolationRung } from '../../domain/machine.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Owner } from '../../ports/owner.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import type { SandboxRequest, Sandboxes } from '../../ports/sandbox.ts';
import { createBubblewrapRung } from './bubblewrap/bubblewrap.ts';
import { createControlGroups } from './control-groups/create-control-groups.ts';
import { createLimitsRung } from './limits/limits-rung.ts';
import { homesOf } from './homes.ts';
import { sweepEgress } from './network/egress-folder.ts';
import { openSandbox } from './open-sandbox.ts';
import { readablePathsOf } from './readable-paths.ts';
import type { Rung } from './rung.ts';

export interface SandboxesOptions {
  readonly process: ProcessRunner;
  /** The user's PATH: what is on it can be run inside. */
  readonly path: string;
  /** The state folder. */
  readonly state: string;
  readonly clock: Clock;
  readonly owner: Owner;
  /** Our own Node, which can be run inside. */
  readonly nodePath: string;
  /** Of this user; not to be seen inside. */
  readonly home: string;
  /** Rungs beside bubblewrap and the bare limits, each in its place. */
  readonly rungs?: readonly Rung[];
}

/** Strongest first. */
const order = ['container', 'bubblewrap', 'seatbelt', 'limits'] as const;
/** These are made anew inside, and a folder of the machine's in their place would open or break the walls. */
const neverReadable = ['/', '/proc', '/sys', '/dev', '/tmp'];

/** The ladder of isolation on this machine. */
export function createSandboxes(options: SandboxesOptions): Sandboxes {
  const { process: runner, state, clock, owner, nodePath, home } = options;
  const groups = createControlGroups({ state, owner: owner.name, isAlive: (name) => owner.isAlive(name) });
  const scratchRoot = join(state, 'sandboxes');
  const ownScratch = async (name: string): Promise<string> => {
    await owner.hold();
    const path = join(scratchRoot, `${owner.name}.${name}`);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const bubblewrap = createBubblewrapRung({ process: runner, nodePath, probeFolder: () => ownScratch('probe') });
  const all = [bubblewrap, ...(options.rungs ?? []), createLimitsRung(groups.detail)];
  const rungs = order.flatMap((level) => all.filter((rung) => rung.level === level));
  const homes = homesOf(home);
  // Our Node itself wherever it lies: the bridge to the network is one.
  const own = [nodePath, ...readablePathsOf(options.path, nodePath, homes, [state])];
  let probing: Promise<readonly IsolationRung[]> | undefined;
  const ladder = (): Promise<readonly IsolationRung[]> => (probing ??= Promise.all(rungs.map((rung) => probeWith(rung, groups.detail))));

  return {
    ladder,
    async open(request) {
      const rung = rungs.find(({ level }) => level === request.level);
      const found = (await ladder()).find(({ level }) => level === request.level);
      if (rung === undefined || found?.usable !== true) throw notUsable(request.level, found?.detail);
      const readable = withLinks([...own, ...checked(request.readable)]);
      const scratch = await ownScratch(request.name);
      return await openSandbox(
        { ...request, readable },
        {
          rung,
          process: runner,
          groups,
          clock,
          hidden: [state, ...homes],
          scratch,
          mark: ['MIYABI_SANDBOX', `${owner.name}.${request.name}.`],
        },
      );
    },
    async sweep() {
      const parts = await Promise.all([
        groups.sweep(),
        sweepEgress(),
        sweepScratch(scratchRoot, owner),
        ...rungs.map((rung) => rung.sweep?.() ?? []),
      ]);
      return parts.flat();
    },
  };
}

/** A rung that leaves memory, processes and processors to control groups is only as good as those. */
async function probeWith(rung: Rung, groups: string): Promise<IsolationRung> {
  const found = await rung.probe();
  return rung.level !== 'limits' && rung.joinsGroup && found.usable ? { ...found, detail: `${found.detail} ${groups}` } : found;
}

function checked(paths: SandboxRequest['readable']): readonly string[] {
  const bad = paths.find((path) => !path.startsWith('/') || neverReadable.includes(path));
  if (bad === undefined) return paths;
  throw new Failure('configuration', {
    what: `${bad} cannot be made readable in a world.`,
    why: 'Inside, the root and the folders of the system have a content of their own.',
    fix: 'Name the folder that is needed, with its whole path, in `sandbox.readable`.',
  });
}

/** What exists of them; a path that is a link, with what it leads to. */
function withLinks(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.filter((path) => existsSync(path)).flatMap((path) => [path, realpathSync(path)]))];
}

function notUsable(level: string, detail: string | undefined): Failure {
  return new Failure('configuration', {
    what: `\`isolation: ${level}\` cannot be used on this machine.`,
    why: detail ?? 'It belongs to another system.',
    fix: 'Set `isolation` to auto, which takes the strongest way there is; `miyabi doctor` shows them.',
  });
}

/** @returns what was removed of processes that are no longer alive, a sentence each. */
async function sweepScratch(root: string, owner: Owner): Promise<readonly string[]> {
  if (!existsSync(root)) return [];
  const names = await readdir(root);
  const left = await Promise.all(
    names.map(async (name) => {
      const of = name.slice(0, name.indexOf('.'));
      if (of === owner.name || (await owner.isAlive(of))) return [];
      await rm(join(root, name), { recursive: true, force: true });
      return [`The files of the sandbox ${basename(name).slice(of.length + 1)} were removed.`];
    }),
  );
  return left.flat();
}
