import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessResult } from '../../ports/process.ts';
import { copyIndex } from '../git/check-out.ts';
import type { Bases } from './bases.ts';
import { isMounted, mountSource, systems, unmountBelow } from './mounts.ts';
import { ownFolder, remember } from './remembered.ts';
import type { RememberedWorkspace } from './remembered.ts';
import type { Probe, Rung, RungTools } from './rung.ts';

type OverlayParts = NonNullable<RememberedWorkspace['overlay']>;

/**
 * How it is mounted by who may do everything, and by an ordinary user in a namespace of their own, whose marks the system keeps in
 * attributes that users can write: there a folder that came with the base cannot be renamed in one step.
 */
const mountOptions = {
  privileged: ['redirect_dir=on', 'metacopy=off', 'index=off'],
  user: ['userxattr', 'metacopy=off', 'index=off'],
} as const;

/** Where what a world changes lies. */
export function upperFolder(privateFolder: string): string {
  return join(ownFolder(privateFolder), 'upper');
}

/** Every world looks through to the one base, and what it changes is its own: it is there as soon as it is mounted. */
export function overlayRung(tools: RungTools, bases: Bases): Rung {
  let options: readonly string[] = mountOptions.privileged;

  return {
    method: 'overlay',
    async probe(scratch) {
      if (process.platform !== 'linux') return { usable: false, detail: `There is no overlayfs on ${process.platform}.` };
      const privileged = await tryOverlay(tools, join(scratch, 'privileged'), mountOptions.privileged);
      if (privileged.usable) return privileged;
      const user = await tryOverlay(tools, join(scratch, 'user'), mountOptions.user);
      if (user.usable) options = mountOptions.user;
      return user;
    },
    prepareBase: async (request) => void (await bases.ensure(request)),
    async create(request) {
      const { commit, near = commit, mirrorPath, directory } = request;
      const base = await bases.ensure({ mirrorPath, commit: near });
      const overlay = { lower: [...(request.layers ?? []), base.tree], options: [...options] };
      const index = near === commit ? base.index : join(ownFolder(request.private), 'index');
      const remembered = { method: 'overlay', commit, index, overlay } as const;
      await makeParts(ownFolder(request.private), overlay);
      // From here on it can be mounted by whoever finds it; where there is more to do, only after that.
      if (near === commit) await remember(request.private, remembered);
      await mkdir(directory);
      await mount(tools, ownFolder(request.private), directory, overlay);
      if (near === commit) return remembered;
      await copyIndex(base.index, index);
      const mirror = await tools.git.open(mirrorPath);
      await mirror.advance({ directory, index, from: near, to: commit });
      await remember(request.private, remembered);
      return remembered;
    },
    async reopen({ overlay }, request) {
      if (overlay === undefined || (await isMounted(request.directory))) return;
      await mkdir(request.directory, { recursive: true });
      await mount(tools, ownFolder(request.private), request.directory, overlay);
    },
  };
}

async function makeParts(own: string, { lower }: OverlayParts): Promise<void> {
  for (const name of ['upper', 'work', 'lower']) await mkdir(join(own, name), { mode: 0o700 });
  // The top folder of the world has these permissions.
  await chmod(join(own, 'upper'), 0o777 & ~process.umask());
  // Of a part that is missing the system would only say that something is.
  for (const path of lower) await stat(path);
  for (const [at, path] of lower.entries()) await symlink(path, join(own, 'lower', String(at)));
}

/**
 * One process, and as few characters as can be: the system takes at most 4,096 bytes of options. So the parts are named relative to
 * the folder they lie in, the lower ones by links, which also spares the escaping of commas and colons in users' paths.
 *
 * @throws Error with what the system said.
 */
async function mount(tools: RungTools, own: string, directory: string, { lower, options }: OverlayParts): Promise<void> {
  const parts = [`lowerdir=${lower.map((_, at) => `lower/${at}`).join(':')}`, 'upperdir=upper', 'workdir=work', ...options];
  const result = await tools.process.run({
    command: [systems('mount'), '-n', '-i', '-t', 'overlay', '-o', parts.join(','), mountSource, directory],
    cwd: own,
    env: { PATH: tools.path, LC_ALL: 'C' },
    timeoutMs: 30_000,
    keepBytes: 4096,
    staysInGroup: true,
    keepsCapabilities: true,
  });
  if (result.end.kind === 'exited' && result.end.code === 0) return;
  throw new Error(`The overlay at ${directory} could not be mounted: ${reasonIn(result, directory)}`);
}

/** What the program said in its first line, without its own name and the place, which the reader knows. */
function reasonIn({ end, stderr }: ProcessResult, directory: string): string {
  if (end.kind === 'not-started') return end.reason;
  const [first = ''] = stderr.trim().split('\n');
  return first.replace('mount: ', '').replace(`${directory}: `, '') || `it ended by ${JSON.stringify(end)}.`;
}

/** Writes over a file and removes another: neither may be seen below. */
async function tryOverlay(tools: RungTools, scratch: string, options: readonly string[]): Promise<Probe> {
  const [below, over, own] = ['below', 'over', 'own'].map((name) => join(scratch, name)) as [string, string, string];
  try {
    for (const path of [join(below, 'folder'), over, own]) await mkdir(path, { recursive: true });
    for (const name of ['file', 'folder/file']) await writeFile(join(below, name), 'below');
    const parts = { lower: [below], options: [...options] };
    await makeParts(own, parts);
    await mount(tools, own, over, parts);
    await writeFile(join(over, 'file'), 'above');
    await rm(join(over, 'folder'), { recursive: true });
    const seen = await Promise.all(['file', 'folder/file'].map((name) => readFile(join(below, name), 'utf8')));
    await unmountBelow(tools, over);
    if (seen.every((text) => text === 'below')) return { usable: true, detail: 'overlayfs over one checkout for each base commit.' };
    return { usable: false, detail: 'What was written in an overlay was not kept apart from what lies below it.' };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(`The overlay at ${over} could not be mounted: `, '') : String(error);
    return { usable: false, detail: `overlayfs cannot be mounted by this process: ${reason}` };
  }
}
