import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * By itself V8 lets a heap grow up to four times before it collects it whole where there is much memory: a service that keeps 70 MiB held 350. Who runs for
 * months beside the programs of worlds leaves the memory to them.
 */
const collectsEarly = '--heap-growing-percent=50';

/** How often the pages are given back that no object needs, in ms. It takes the event loop some 150 ms. */
const giveBackEveryMs = 5 * 60_000;

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort'; readonly execution: 'async' }) => Promise<void>;

/**
 * Keeps the heap of a process that works for months near what it holds, until it is disposed. Pages that a collection has emptied V8 keeps for itself until it has
 * nothing to do for some seconds, which a service under load never has: they are given back now and then.
 */
export function keepHeapSmall(everyMs = giveBackEveryMs): Disposable {
  setFlagsFromString(collectsEarly);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  const timer = setInterval(() => void collect({ type: 'major', flavor: 'last-resort', execution: 'async' }), everyMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
