import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { ConfigurationFiles } from '../ports/configuration-files.ts';
import type { Held } from '../ports/lock.ts';
import { sqliteLocks } from './lock/sqlite-locks.ts';

/** On the disk of this machine. */
export const diskConfigurationFiles: ConfigurationFiles = {
  read,
  async change(path, mode, change) {
    const held = await alone(path).catch((cause: unknown) => {
      throw refused(path, 'written', cause);
    });
    try {
      const text = await change(await read(path));
      if (text !== undefined) await replace(path, text, mode);
    } finally {
      await held.release({ remove: true });
    }
  },
};

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8').catch(unlessAbsent);
  } catch (cause) {
    throw refused(path, 'read', cause);
  }
}

/** Two that change it at once would each write what they have read, and the change of the first would be lost. The lock lies beside the file as long as it is held. */
async function alone(path: string): Promise<Held> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const there = (await realpath(path).catch(unlessAbsent)) ?? path;
  return await sqliteLocks(dirname(there)).acquire(`.${basename(there)}`);
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  try {
    await put((await realpath(path).catch(unlessAbsent)) ?? path, text, mode);
  } catch (cause) {
    throw refused(path, 'written', cause);
  }
}

/** Beside it first, and then in its place. */
async function put(path: string, text: string, mode: number): Promise<void> {
  const before = await stat(path).catch(unlessAbsent);
  const made = `${path}.${randomUUID()}.new`;
  try {
    {
      await using file = await open(made, 'wx', 0o600);
      await file.writeFile(text);
      // Whom root changes it for keeps it.
      if (before !== undefined && process.getuid?.() === 0) await file.chown(before.uid, before.gid);
      await file.chmod((before?.mode ?? mode) & 0o777);
      await file.sync();
    }
    await rename(made, path);
  } finally {
    await rm(made, { force: true });
  }
  await using folder = await open(dirname(path), 'r');
  await folder.sync();
}

function refused(path: string, what: 'read' | 'written', cause: unknown): Failure {
  const why = `The system says: ${(cause as Error).message}.`;
  const fix = 'Correct that, or name another place as XDG_CONFIG_HOME.';
  return new Failure('configuration', { what: `${path} cannot be ${what}.`, why, fix }, { facts: { path }, cause });
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
