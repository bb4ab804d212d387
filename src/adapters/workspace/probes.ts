import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceRung } from '../../ports/workspace.ts';
import { removeFolder } from '../git/remove-folder.ts';
import { unmountBelow } from './mounts.ts';
import type { Rung, RungTools } from './rung.ts';

const prefix = 'probe-';

/** Each way is tried for real, below the state folder: what works elsewhere on the machine says little. */
export async function probeRungs(tools: RungTools, rungs: readonly Rung[]): Promise<readonly WorkspaceRung[]> {
  const name = `${prefix}${randomUUID()}`;
  // While it is held nobody sweeps the folder.
  const held = await tools.locks.acquire(name);
  const scratch = join(tools.state.root, name);
  const found: WorkspaceRung[] = [];
  try {
    for (const rung of rungs) {
      const place = join(scratch, rung.method);
      await mkdir(place, { recursive: true, mode: 0o700 });
      found.push({ method: rung.method, ...(await rung.probe(place).finally(() => clearProbe(tools, scratch))) });
    }
  } finally {
    await held.release({ remove: true });
  }
  return found;
}

/** Takes away what processes left that were killed while they probed. @returns what, a sentence each. */
export async function sweepProbes(tools: RungTools): Promise<readonly string[]> {
  const told: string[] = [];
  for (const name of await readdir(tools.state.root)) {
    if (!name.startsWith(prefix)) continue;
    const held = await tools.locks.tryAcquire(name);
    if (held === undefined) continue;
    try {
      await clearProbe(tools, join(tools.state.root, name));
      told.push(`Removed ${join(tools.state.root, name)}, in which a process that had died tried how worlds can be made.`);
    } finally {
      await held.release({ remove: true });
    }
  }
  return told;
}

async function clearProbe(tools: RungTools, scratch: string): Promise<void> {
  await unmountBelow(tools, scratch);
  await removeFolder(tools, scratch);
}
