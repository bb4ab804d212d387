import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { HeartbeatSettings } from './heartbeat.ts';
import { Leases } from './heartbeat-leases.ts';
import { isBusy } from './sqlite/failures.ts';

const { path, process, leaseMs, everyMs } = workerData as HeartbeatSettings;

// It asks for the write lock again and again by itself: SQLite's own waiting looks ten times a second and finds it taken each time
// when many write. A renewal need not survive a power cut.
const database = new DatabaseSync(path, { timeout: 0 });
database.exec('PRAGMA synchronous = NORMAL');

/** How soon a renewal is tried again that the storage refused, in ms. */
const againMs = Math.min(1_000, everyMs);
/** How long others may have the write lock before they are asked less often, in ms; and how often then. */
const [impatientMs, patientlyMs] = [500, 20];

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const leases = new Leases(database, { process, leaseMs, clock });
let renewedAt = clock.monotonic();

/** @param since when this renewal was first tried (monotonic). */
function beat(since: number): void {
  const now = clock.monotonic();
  try {
    leases.renew();
    renewedAt = now;
    setTimeout(() => beat(clock.monotonic()), everyMs);
  } catch (error) {
    if (isBusy(error)) {
      // As long as others have the write lock, nobody can take a lease away either.
      setTimeout(() => beat(since), now - since < impatientMs ? 1 + Math.random() * 3 : patientlyMs);
      return;
    }
    // What ails a disk may pass while the leases last.
    if (now - renewedAt >= leaseMs) throw error;
    setTimeout(() => beat(clock.monotonic()), againMs);
  }
}

// At once: leases may have been taken while the thread was starting.
beat(clock.monotonic());
parentPort?.postMessage('ready');
