import { cp, mkdir, readFile, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fenceRecord } from '../../src/adapters/deploy/fence-record.ts';
import { DeployRefused, type ChangeOfTarget, type Deployer, type KnownRelease } from '../../src/ports/deployer.ts';

/** Serves files: each release is a folder, and the link `current`, which a web server reads, leads to the one that serves. */
export function createFolderDeployer({ folder }: { readonly folder: string }): Deployer {
  const fence = fenceRecord(join(folder, 'state'));
  const placeOf = (number: number) => join(folder, 'releases', String(number));
  const change = async (by: ChangeOfTarget, make: () => Promise<void>) => {
    await fence.change(by, async () => ({ fence: 0 }), make);
  };
  const placed = async () => (await readdir(join(folder, 'releases')).catch(nothingThere)).map(Number).filter(Number.isInteger);
  const serving = async (): Promise<number | undefined> => {
    const target = await readlink(join(folder, 'current')).catch(() => undefined);
    return target === undefined ? undefined : Number(basename(target));
  };
  const point = async ({ number }: KnownRelease) => {
    await rm(join(folder, 'next'), { force: true });
    await symlink(placeOf(number), join(folder, 'next'));
    await rename(join(folder, 'next'), join(folder, 'current'));
  };
  return {
    place: (release, by) =>
      change(by, async () => {
        if ((await placed()).includes(release.number)) return;
        const half = join(folder, `half-${release.number}`);
        await rm(half, { recursive: true, force: true });
        await cp(release.folder, half, { recursive: true });
        await writeFile(join(half, '.commit'), release.commit);
        await mkdir(join(folder, 'releases'), { recursive: true });
        await rename(half, placeOf(release.number));
      }),
    hook: async () => {
      throw new DeployRefused('Files run nothing: leave the migration out.');
    },
    start: async () => false,
    serve: (release, by) => change(by, () => point(release)),
    async serveAsItIs(release, by) {
      const isThere = (await placed()).includes(release.number);
      await change(by, async () => {
        if (isThere) await point(release);
      });
      return isThere;
    },
    retire: (keep, by) =>
      change(by, async () => {
        const kept = [...keep.placed, await serving()];
        for (const number of await placed()) if (!kept.includes(number)) await rm(placeOf(number), { recursive: true });
      }),
    async status() {
      const release = await serving();
      const commit = release === undefined ? undefined : await readFile(join(placeOf(release), '.commit'), 'utf8');
      const isServing = release !== undefined && commit !== undefined;
      return {
        fence: await fence.seen(),
        serving: isServing ? { release, commit } : undefined,
        running: isServing ? [{ release, url: undefined, exits: undefined }] : [],
        url: undefined,
      };
    },
    traffic: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function nothingThere(error: NodeJS.ErrnoException): string[] {
  if (error.code !== 'ENOENT') throw error;
  return [];
}
