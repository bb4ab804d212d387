import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncFolder, writeDurably } from './durable.ts';
import { journalOf } from './layout.ts';

/**
 * The switch of a restore, as it is written down before anything is moved: first everything that is replaced goes `aside`, then everything of `from`
 * takes its place. Each step can be done again, so whoever finds the journal of a process that was killed goes on where that one was.
 */
const switchSchema = z.object({
  step: z.enum(['clear', 'bring']),
  /** Names within the state folder. */
  from: z.string().regex(/^[\w.-]+$/),
  aside: z.string().regex(/^[\w.-]+$/),
  replaced: z.array(z.string().regex(/^[\w.-]+$/)),
});
export type Switch = z.infer<typeof switchSchema>;

/** From when this has been called the switch will be made, whatever happens to this process. */
export async function beginSwitch(root: string, wanted: Omit<Switch, 'step'>): Promise<void> {
  await writeJournal(root, { ...wanted, step: 'clear' });
}

/** Makes a switch that has begun, or the rest of one; nothing where none has. Under the lock of restores. */
export async function finishSwitch(root: string): Promise<void> {
  const found = await readJournal(root);
  if (found === undefined) return;
  const { from, aside } = found;
  if (found.step === 'clear') {
    await mkdir(join(root, aside), { recursive: true, mode: 0o700 });
    await moveAll(found.replaced, root, join(root, aside));
    await writeJournal(root, { ...found, step: 'bring' });
  }
  if (existsSync(join(root, from))) await moveAll(await readdir(join(root, from)), join(root, from), root);
  await rm(journalOf(root));
  await syncFolder(root);
  await rm(join(root, from), { recursive: true, force: true });
}

async function moveAll(names: readonly string[], from: string, to: string): Promise<void> {
  for (const name of names) if (existsSync(join(from, name))) await rename(join(from, name), join(to, name));
  await syncFolder(to);
  await syncFolder(from);
}

async function writeJournal(root: string, journal: Switch): Promise<void> {
  await writeDurably(journalOf(root), `${JSON.stringify(journal)}\n`);
}

async function readJournal(root: string): Promise<Switch | undefined> {
  if (!existsSync(journalOf(root))) return undefined;
  return switchSchema.parse(JSON.parse(await readFile(journalOf(root), 'utf8')));
}
