import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, opendir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { brokenFile } from './broken-file.ts';

/** What is found of a file at one moment. */
export interface FoundText {
  readonly text: string;
  /** Epoch ms. */
  readonly changedAt: number;
}

/** Names that are looked at in one folder. */
const mostNames = 20_000;

/**
 * Reads a file of at most so many bytes; a link is not followed, nor is it waited for who would write into a pipe.
 * @returns undefined where there is none. @throws Failure (configuration) for what is no file, no text, or too large.
 */
export async function readText(path: string, mostBytes: number): Promise<FoundText | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile()) throw brokenFile(path, undefined, 'It is no file.');
    if (facts.size > mostBytes) throw brokenFile(path, undefined, `It is larger than ${mostBytes} bytes.`);
    const bytes = Buffer.alloc(facts.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const text = bytes.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
    return { text: text.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '\ufffd'), changedAt: Math.floor(facts.mtimeMs) };
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (codeOf(error) === 'ELOOP') throw brokenFile(path, undefined, 'It is a link.');
    throw error;
  }
}

/** The names in a folder, sorted; none where there is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) {
      names.push(name);
      if (names.length > mostNames) throw brokenFile(folder, undefined, `It holds more than ${mostNames} files.`);
    }
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  return names.toSorted();
}

/** What changes when a file is written, or when something comes into a folder or goes; undefined where there is nothing. */
export async function stampOf(path: string): Promise<{ readonly stamp: string; readonly changedAt: number } | undefined> {
  try {
    const { mtimeMs, size, ino } = await lstat(path);
    return { stamp: `${mtimeMs}:${size}:${ino}`, changedAt: Math.floor(mtimeMs) };
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** What no two contents of a file share, by the clock of the system: its date is what its writer says. Undefined where there is none. */
export async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { ctimeNs, mtimeNs, size, ino } = await lstat(path, { bigint: true });
    return `${ctimeNs}:${mtimeNs}:${size}:${ino}`;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Writes a file as a whole or not at all. @param at epoch ms, as which its change is dated. */
export async function writeText(path: string, text: string, at: number): Promise<void> {
  await putBeside(path, text, at, (made) => rename(made, path));
}

/** As {@link writeText}, but only where there is no such file. @returns false where there is one. */
export async function createText(path: string, text: string, at: number): Promise<boolean> {
  try {
    await putBeside(path, text, at, (made) => link(made, path));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function putBeside(path: string, text: string, at: number, put: (made: string) => Promise<void>): Promise<void> {
  const made = `${path}.${randomUUID()}.new`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await using file = await open(made, 'wx');
    await file.writeFile(text);
    await file.utimes(at / 1_000, at / 1_000);
    await file.sync();
    await put(made);
  } finally {
    await rm(made, { force: true });
  }
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

/** As the system names what went wrong. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
