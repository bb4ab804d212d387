import { randomBytes } from 'node:crypto';
import { opendir, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeOptions } from './report-hooks.ts';
import { unseal, type Unsealed } from './seal.ts';

/** A name for the reports of one command that cannot be known beforehand. What was written under it is gone when disposed. */
export interface Reporting extends AsyncDisposable {
  /** Every report that is there, in the order of names. What lies at the path is the command's work. */
  reports(): Promise<readonly { readonly name: string; readonly path: string }[]>;
  /** Says whether a report that Miyabi's own programs write is whole. */
  unseal(text: string, name: string): Unsealed;
  /** Where a runner that is told its file may write it; it becomes one of the reports. */
  fileOf(name: string): string;
  /** How the path of everything begins that is written here. */
  readonly prefix: string;
  /** The environment with what makes the target's runners and linters report here. */
  environment(
    base: Readonly<Record<string, string>>,
    script: string,
    options?: { readonly nodeTest: boolean },
  ): Readonly<Record<string, string>>;
}

/**
 * Nothing is made here and no folder entered that a program could have put there: programs of the target may be at work in the
 * folder, and would put a link in the place of whatever Miyabi is about to use.
 *
 * @param parent an existing folder outside the checkout, which the target's programs may write in but not replace.
 */
export async function openReporting(parent: string): Promise<Reporting> {
  const folder = await realpath(parent);
  const start = `report-${randomBytes(16).toString('hex')}-`;
  const key = randomBytes(32);
  return {
    prefix: join(folder, start),
    async reports() {
      const names = await namesWith(folder, start);
      return names.toSorted(inOrder.compare).map((name) => ({ name: name.slice(start.length), path: join(folder, name) }));
    },
    unseal: (text, name) => unseal(text, name, key),
    fileOf: (name) => join(folder, `${start}${name}-0`),
    environment: (base, script, options = { nodeTest: true }) => ({
      ...base,
      // Runners watch for changes or write new snapshots unless they believe that nobody looks.
      CI: base['CI'] ?? 'true',
      NODE_OPTIONS: nodeOptions({
        existing: base['NODE_OPTIONS'],
        script,
        prefix: join(folder, start),
        key: key.toString('hex'),
        nodeTest: options.nodeTest,
      }),
    }),
    async [Symbol.asyncDispose]() {
      for (const name of await namesWith(folder, start)) await unlink(join(folder, name)).catch(unlessGoneOrFolder);
    },
  };
}

/** Numbers by their size: the second of two programs that are called alike comes second in every run. */
const inOrder = new Intl.Collator('en', { numeric: true });

/** Name by name: there may be any number of others. */
async function namesWith(folder: string, start: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) if (name.startsWith(start)) names.push(name);
  return names;
}

/** A folder is no report. It goes with the one it lies in, when no program is left that could change it under our hands. */
function unlessGoneOrFolder(error: NodeJS.ErrnoException): void {
  if (!['ENOENT', 'EISDIR', 'EPERM'].includes(error.code ?? '')) throw error;
}
