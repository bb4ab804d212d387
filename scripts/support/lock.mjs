/** A lock between processes of one machine that runs on Node 18, for the time before anything is installed. */
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';

/** A living holder touches its lock every few seconds; one untouched for so long was left behind, in ms. */
const abandonedAfterMs = 60_000;
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `work` while no other process holds `file`; waits for as long as the holder lives.
 *
 * @template Result
 * @param {string} file created while held; says which process holds it
 * @param {(signal: AbortSignal) => Promise<Result>} work its signal is aborted when this process is told to end
 * @returns {Promise<Result>}
 */
export async function withLock(file, work) {
  let said = false;
  while (!take(file)) {
    if (removeAbandoned(file)) continue;
    if (!said) console.error('Another shell is setting up the same folder; waiting for it ...');
    said = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const touch = setInterval(() => utimesSync(file, new Date(), new Date()), 5_000);
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of endings) process.on(signal, end);
  try {
    return await work(ending.signal);
  } finally {
    clearInterval(touch);
    for (const signal of endings) process.removeListener(signal, end);
    rmSync(file, { force: true });
  }
}

/** A link appears whole or not at all, with the process id already in it. */
function take(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a lock whose holder is gone. Of several that see it, one does so, guarded by a name that carries the holder. */
function removeAbandoned(file) {
  const holder = readHolder(file);
  if (holder === undefined || isHeld(file, holder)) return holder === undefined;
  const guard = `${file}.after-${holder}`;
  if (!take(guard)) return false;
  try {
    if (readHolder(file) === holder) rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

function readHolder(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isHeld(file, holder) {
  const touched = statSync(file, { throwIfNoEntry: false });
  if (touched === undefined || Date.now() - touched.mtimeMs > abandonedAfterMs) return false;
  try {
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
