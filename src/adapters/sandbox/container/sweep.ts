import { createHash } from 'node:crypto';
import type { Owner } from '../../../ports/owner.ts';
import { succeeded } from './engine.ts';
import type { Engine } from './engine.ts';

/** Containers of other state folders are not ours to judge: only there can be asked whether their owner is alive. */
export function stateLabel(state: string): string {
  return createHash('sha256').update(state).digest('hex').slice(0, 12);
}

/**
 * Ends and removes the containers of owners that are no longer alive. An engine that does not answer has nothing to be removed by us.
 * @returns what was removed, a sentence each.
 */
export async function sweepContainers(engines: readonly Engine[], state: string, owner: Owner): Promise<readonly string[]> {
  const said: string[] = [];
  for (const engine of engines) {
    const found = await listContainers(engine, [`miyabi.state=${stateLabel(state)}`]);
    for (const container of found) {
      if (container.owner === owner.name || (await owner.isAlive(container.owner))) continue;
      if (!succeeded(await removeContainers(engine, [container.id]))) continue;
      said.push(`The container ${container.name} was removed: ${container.owner}, which had started it, is no longer alive.`);
    }
  }
  return said;
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
}

/** Containers that bear all of the labels, running or not. Empty when the engine does not answer. */
export async function listContainers(engine: Engine, labels: readonly string[]): Promise<readonly Found[]> {
  const listed = await engine.ask(['ps', '--all', '--quiet', '--no-trunc', ...labels.flatMap((label) => ['--filter', `label=${label}`])]);
  const ids = succeeded(listed) ? listed.stdout.split('\n').filter((line) => line !== '') : [];
  if (ids.length === 0) return [];
  // One that is gone by now makes the command fail, and the others are told all the same.
  const told = await engine.ask(['inspect', '--format', '{{.Id}} {{.Name}} {{index .Config.Labels "miyabi.owner"}}', ...ids]);
  return told.stdout.split('\n').flatMap((line) => {
    const [id, name, owner] = line.split(' ');
    return id === undefined || name === undefined || owner === undefined || owner === ''
      ? []
      : [{ id, name: name.replace(/^\//, ''), owner }];
  });
}

export function removeContainers(engine: Engine, ids: readonly string[]): ReturnType<Engine['ask']> {
  return engine.ask(['rm', '--force', '--volumes', ...ids], 60_000);
}
