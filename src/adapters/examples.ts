import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Examples } from '../ports/examples.ts';

/** The examples in `folder`, one in each of its folders that has an issue to carry out. What was installed into one of them is not copied. */
export function packagedExamples(folder: string): Examples {
  return {
    async names() {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'ISSUE.md')))
        .map((entry) => entry.name)
        .toSorted();
    },
    async copy(name) {
      const directory = join(await realpath(await mkdtemp(join(tmpdir(), 'miyabi-demo-'))), name);
      await cp(join(folder, name), directory, { recursive: true, filter: (source) => basename(source) !== 'node_modules' });
      return directory;
    },
  };
}
