import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { ConfigurationFiles } from '../ports/configuration-files.ts';

/** On the disk of this machine. */
export const diskConfigurationFiles: ConfigurationFiles = {
  async read(path) {
    try {
      return await readFile(path, 'utf8').catch(unlessAbsent);
    } catch (cause) {
      throw refused(path, 'read', cause);
    }
  },
  async replace(path, text, mode) {
    try {
      await replace(path, text, mode);
    } catch (cause) {
      throw refused(path, 'written', cause);
    }
  },
};

async function replace(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const there = (await realpath(path).catch(unlessAbsent)) ?? path;
  const before = await stat(there).catch(unlessAbsent);
  const made = `${there}.${randomUUID()}.new`;
  try {
    {
      await using file = await open(made, 'wx', 0o600);
      await file.writeFile(text);
      // Whom root changes it for keeps it.
      if (before !== undefined && process.getuid?.() === 0) await file.chown(before.uid, before.gid);
      await file.chmod((before?.mode ?? mode) & 0o777);
      await file.sync();
    }
    await rename(made, there);
  } finally {
    await rm(made, { force: true });
  }
  await using folder = await open(dirname(there), 'r');
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
