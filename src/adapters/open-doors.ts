import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenDoors } from '../ports/open-doors.ts';
import type { Owner } from '../ports/owner.ts';

/** A small file for each process, under its name: whether that lives the system knows, so that what a killed one has left behind counts for nothing. */
export function folderDoors(folder: string, owner: Owner): OpenDoors {
  return {
    async tell(url) {
      await owner.hold();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, owner.name);
      await writeFile(file, url, { mode: 0o600 });
      return { [Symbol.asyncDispose]: async () => await rm(file, { force: true }) };
    },
    async list() {
      const names = await readdir(folder).catch(unlessAbsent([]));
      const found = await Promise.all(names.map(async (name) => await read(join(folder, name), await owner.isAlive(name))));
      return found
        .filter((door) => door !== undefined)
        .toSorted((one, other) => other.at - one.at)
        .map(({ url }) => url);
    },
  };
}

async function read(file: string, isAlive: boolean): Promise<{ readonly url: string; readonly at: number } | undefined> {
  if (!isAlive) {
    await rm(file, { force: true });
    return undefined;
  }
  const url = await readFile(file, 'utf8').catch(unlessAbsent(''));
  const times = await stat(file).catch(unlessAbsent(undefined));
  return url === '' || times === undefined ? undefined : { url, at: times.mtimeMs };
}

function unlessAbsent<Value>(instead: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}
