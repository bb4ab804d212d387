import { join } from 'node:path';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { CollectedFolder, RunRecords } from './collected.ts';
import { entriesOfOurs, sizeOf, whyExpired } from './collected.ts';

/** Removes what programs of runs printed, when the run ended long ago. */
export async function collectLogs(
  tools: { readonly workspaces: Pick<Workspaces, 'clear'> },
  request: { readonly state: StateFolder; readonly runs: RunRecords; readonly now: number; readonly dryRun: boolean },
): Promise<readonly CollectedFolder[]> {
  const collected: CollectedFolder[] = [];
  const logs = join(request.state.root, 'logs');
  for (const entry of await entriesOfOurs(logs)) {
    if (!entry.isDirectory() || !/^run_[0-9a-z]+$/.test(entry.name)) continue;
    const why = whyExpired(await request.runs.byName(entry.name), request.now);
    if (why === undefined) continue;
    const path = join(logs, entry.name);
    collected.push({ path, bytes: await sizeOf(path), why });
    if (!request.dryRun) await tools.workspaces.clear(path);
  }
  return collected;
}
