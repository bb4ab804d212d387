import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The code of a failed system call, such as `EBUSY`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** @returns undefined where there is no such file, or the group is gone. */
export function readText(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** @returns undefined also for `max`, and for the number by which version 1 says the same. */
export function readNumber(folder: string, file: string): number | undefined {
  const text = readText(folder, file);
  if (text === undefined || text === '' || text === 'max') return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value < Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** One value of a file of lines such as `oom_kill 3`. */
export function readField(folder: string, file: string, name: string): number | undefined {
  const line = readText(folder, file)
    ?.split('\n')
    .find((each) => each.startsWith(`${name} `));
  const value = Number(line?.slice(name.length + 1));
  return line === undefined || !Number.isFinite(value) ? undefined : value;
}

/** @throws Error of the system. */
export function write(folder: string, file: string, value: number | string): void {
  writeFileSync(join(folder, file), String(value));
}

/** For interface files that only some kernels have. @returns whether it was written. */
export function writeIfThere(folder: string, file: string, value: number | string): boolean {
  try {
    write(folder, file, value);
    return true;
  } catch (error) {
    // The kernel answers EACCES or EPERM to the making of a file in a group.
    if (['ENOENT', 'EACCES', 'EPERM', 'EOPNOTSUPP'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}
