import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { HeartbeatSettings } from './heartbeat.ts';
import { Leases } from './heartbeat-leases.ts';
import { isBusy } from './sqlite/failures.ts';

const { path, process, leaseMs, everyMs } = workerData as HeartbeatSettings;

// This thread has nothing else to do, so it may wait for the write lock. A renewal need not survive a power cut.
const database = new DatabaseSync(path, { timeout: Math.min(1_000, everyMs) });
database.exec('PRAGMA synchronous = NORMAL');

/** How soon a renewal that failed is tried again, in ms. */
const againMs = Math.min(1_000, everyMs);
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const leases = new Leases(database, { process, leaseMs, clock });
let renewedAt = clock.monotonic();

function beat(): void {
  let next = everyMs;
  try {
    leases.renew();
    renewedAt = clock.monotonic();
  } catch (error) {
    // As long as others hold the write lock, nobody can take a lease away either. What ails a disk may pass while the leases last.
    if (!isBusy(error) && clock.monotonic() - renewedAt >= leaseMs) throw error;
    next = againMs;
  }
  setTimeout(beat, next);
}

setTimeout(beat, everyMs);
parentPort?.postMessage('ready');
