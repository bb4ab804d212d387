import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A folder that is gone when the test is over, with these files in it. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'miyabi-house-')));
  // An installation is many files, and a busy machine takes minutes for them.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), 600_000);
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** A folder for all tests of a file, gone when they are over. */
export function temporaryPlace(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'miyabi-house-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
