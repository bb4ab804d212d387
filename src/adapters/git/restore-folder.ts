import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mirror } from '../../ports/git.ts';
import { giveIndex, giveOwnRepository } from './check-out.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { zeroTerminated } from './mirror-tools.ts';
import { removeFolder } from './remove-folder.ts';

/**
 * Brings a folder in which a stranger has worked back to a commit. First everything goes that the index does not know, with
 * whatever stands where a folder should be (a link to where that folder was moved, for instance), and every file that was touched;
 * then git writes anew what is missing or looks other than we noted.
 */
export async function restoreFolder(tools: MirrorTools, request: Parameters<Mirror['restore']>[0]): Promise<void> {
  const { directory, index, commit } = request;
  const profile = { ...tools.profile, workTree: directory, indexFile: index };
  await removeStrangers(tools, directory, expectedIn(await tools.git.run(profile, ['ls-files', '--stage', '-z'])));
  await removeTouched(tools, directory, index);
  await tools.git.run(profile, ['read-tree', '--reset', '-u', commit]);
  await giveOwnRepository(tools, directory, commit);
  await giveIndex(directory, index);
}

/**
 * git compares times by the second, which leaves a moment after the index was written: what was changed, given other permissions or
 * a second name since then has a later time of change, which nobody can set back.
 */
async function removeTouched(tools: MirrorTools, directory: string, index: string): Promise<void> {
  const { end, stderr } = await tools.process.run({
    command: ['find', directory, '!', '-type', 'd', '-cnewer', index, '-exec', 'rm', '-f', '--', '{}', '+'],
    cwd: '/',
    env: { PATH: tools.path, LC_ALL: 'C' },
    timeoutMs: 10 * 60_000,
    keepBytes: 4096,
    staysInGroup: true,
  });
  if (end.kind !== 'exited' || end.code !== 0)
    throw new Error(`${directory} could not be looked through: ${stderr.trim() || JSON.stringify(end)}`);
}

interface Expected {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** Links to other repositories are empty folders. */
function expectedIn(staged: string): Expected {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const line of zeroTerminated(staged)) {
    const path = line.slice(line.indexOf('\t') + 1);
    if (line.startsWith('160000 ')) folders.add(path);
    else files.add(path);
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return { files, folders };
}

async function removeStrangers(tools: MirrorTools, directory: string, expected: Expected): Promise<void> {
  const mode = 0o777 & ~process.umask();

  async function visit(relative: string): Promise<void> {
    const folder = join(directory, relative);
    if (((await lstat(folder)).mode & 0o7777) !== mode) await chmod(folder, mode);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory() && expected.folders.has(path)) await visit(path);
      else if (entry.isDirectory()) await removeFolder(tools, join(directory, path));
      else if (!expected.files.has(path)) await rm(join(directory, path));
    }
  }

  await visit('');
}
