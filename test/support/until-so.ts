import type { JobId } from '../../src/domain/ids.ts';
import type { Engine } from '../../src/weaver/engine.ts';

/** Resolves when something is so of a job: it is looked at whenever anything happens to it. */
export async function untilSo(engine: Pick<Engine, 'events'>, job: JobId, isSo: () => Promise<boolean>): Promise<void> {
  if (await isSo()) return;
  for await (const _ of engine.events(job, { follow: true })) if (await isSo()) return;
}
