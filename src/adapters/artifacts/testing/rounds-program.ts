/**
 * One of several processes on one artifact folder: `put` stores and renews what is about to be collected, `collect` collects as fast as it can
 * until it is told to stop, `extend` moves one expiry on and on, `hang` begins a put that never ends. Says over the channel what it did.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { systemClock } from '../../clock.ts';
import { folderArtifacts } from '../folder-artifacts.ts';

export type RoundsMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'put'; readonly references: readonly string[]; readonly missing: readonly string[]; readonly again: number }
  | { readonly type: 'collected'; readonly removed: number };

const hour = 60 * 60 * 1000;
const [role = '', folder = '', rounds = '0'] = process.argv.slice(2);
const artifacts = folderArtifacts({ folder, clock: systemClock });

function say(message: RoundsMessage): Promise<void> {
  return new Promise((resolve, reject) => process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error))));
}

/** Contents that all lie on one shelf, so that a collector passes by as often as possible. */
function* contents(count: number): Iterable<string> {
  for (let tried = 0, found = 0; found < count; tried += 1) {
    const content = `content ${process.pid} ${tried}`;
    if (!createHash('sha256').update(content).digest('hex').startsWith('0')) continue;
    found += 1;
    yield content;
  }
}

async function putRounds(): Promise<void> {
  const references: string[] = [];
  const missing: string[] = [];
  let again = 0;
  for (const content of contents(Number(rounds))) {
    const { reference } = await artifacts.put(content, { ttlMs: 0 });
    const renewed = references.length % 2 === 0 ? await artifacts.extend(reference, hour) : undefined;
    if (renewed === undefined) {
      await Promise.all([artifacts.put(content, { ttlMs: hour }), artifacts.put(content, { ttlMs: 0 })]);
      again += 1;
    }
    if ((await artifacts.read(reference)) === undefined) missing.push(reference);
    references.push(reference);
  }
  await say({ type: 'put', references, missing, again });
}

async function collectRounds(): Promise<void> {
  let stopped = false;
  process.once('message', () => (stopped = true));
  let removed = 0;
  for (let round = 0; !stopped; round += 1) {
    removed += (await artifacts.collect()).removed;
    if (round === 0) await say({ type: 'ready' });
  }
  await say({ type: 'collected', removed });
}

async function extendRounds(): Promise<void> {
  const { reference } = await artifacts.put('extended', { ttlMs: hour });
  await say({ type: 'put', references: [reference], missing: [], again: 0 });
  for (let round = 1; round <= Number(rounds); round += 1) await artifacts.extend(reference, hour + round * 1000);
}

async function hang(): Promise<void> {
  async function* endless(): AsyncIterable<string> {
    yield 'the beginning';
    await say({ type: 'ready' });
    // Nobody ever answers.
    await once(process, 'message');
  }
  await artifacts.put(endless());
}

const roles: Readonly<Record<string, () => Promise<void>>> = { put: putRounds, collect: collectRounds, extend: extendRounds, hang };
await roles[role]?.();
if (process.connected) process.disconnect();
