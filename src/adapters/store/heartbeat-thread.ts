import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { HeartbeatSettings } from './heartbeat.ts';
import { isBusy } from './sqlite/failures.ts';

const { path, process, leaseMs, everyMs } = workerData as HeartbeatSettings;

// This thread has nothing else to do, so it may wait for the write lock. A renewal need not survive a power cut.
const database = new DatabaseSync(path, { timeout: Math.min(1_000, everyMs) });
database.exec('PRAGMA synchronous = NORMAL');

const renew = database.prepare(`
  UPDATE weaver_task
  SET lease_until = max(lease_until, min(:until, coalesce(lease_limit, :until)))
  WHERE state = 'running' AND lease_owner = :process`);

setInterval(() => {
  try {
    renew.run({ until: Date.now() + leaseMs, process });
  } catch (error) {
    // Somebody is writing: the lease outlasts several beats.
    if (!isBusy(error)) throw error;
  }
}, everyMs);

parentPort?.postMessage('ready');
