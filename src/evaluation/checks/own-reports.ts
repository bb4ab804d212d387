import { glob, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TestCommand } from '../../domain/checks.ts';
import type { RunnerReport } from './ecosystems/ecosystem.ts';
import { readForeign, withFolderInside } from './read-foreign.ts';
import { type FoundReport, parsed } from './read-reports.ts';

/** Of the reports that a command leaves in the checkout: read at most, files. */
const mostFiles = 2_000;
/** Tests can fill the checkout, therefore it is looked through only so far: entries of folders. */
const mostEntries = 200_000;

/** Reports that a command writes into the checkout itself: one JUnit file, or what its runner leaves. */
export interface OwnReports {
  /** A report that lies in the commit says nothing about this run. */
  removeStale(): Promise<void>;
  read(ended: boolean): Promise<readonly FoundReport[]>;
}

/**
 * Code under test can write there as well as its runner. That is all there is for a runner that can be told no other place, and it is
 * why the exit code has to agree.
 *
 * @param directory real path of the checkout. Nothing is removed or read where a link leads out of it, neither before a run nor after it.
 */
export function ownReports(directory: string, test: TestCommand, runner: RunnerReport | undefined): OwnReports {
  const junit: RunnerReport = {
    runner: 'junit',
    called: /(?!)/,
    name: 'junit',
    parse: async (text) => (await import('./reports/junit.ts')).parseJunit(text),
  };
  const { report } = test;
  const by = report === undefined ? runner : junit;
  const paths = async (): Promise<readonly string[]> => (report === undefined ? await matching(directory, runner?.left ?? []) : [report]);
  return {
    async removeStale() {
      for (const path of await paths()) await inItsFolder(directory, path, unlinkFile);
    },
    async read(ended) {
      const found: FoundReport[] = [];
      for (const path of by === undefined ? [] : await paths()) {
        const text = await inItsFolder(directory, path, readForeign);
        if (by !== undefined && text !== undefined) found.push(await parsed(by, text, ended));
      }
      return found;
    },
  };
}

async function matching(directory: string, patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  if (patterns.length === 0) return found;
  let entries = 0;
  const exclude = (path: string): boolean =>
    (entries += 1) > mostEntries || path === '.git' || path === 'node_modules' || path.endsWith('/node_modules');
  for await (const path of glob(patterns, { cwd: directory, exclude })) {
    found.push(path);
    if (found.length === mostFiles) break;
  }
  return found.toSorted();
}

async function inItsFolder<Result>(directory: string, path: string, use: (path: string) => Promise<Result>): Promise<Result | undefined> {
  return await withFolderInside(directory, dirname(path), async (folder) => await use(join(folder, basename(path))));
}

/** A folder of that name is no report. */
async function unlinkFile(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOENT', 'EISDIR', 'EPERM'].includes(error.code ?? '')) throw error;
  });
}
