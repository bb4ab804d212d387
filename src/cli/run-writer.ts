import type { Watcher } from '../operations/watch-run.ts';

/** Shows a run while it goes on. */
export interface RunWriter extends Pick<Watcher, 'onEvent' | 'onProgress' | 'onNotice' | 'onIncident' | 'onQuestion'> {
  /** Writes a line that stays, above a view that redraws. */
  say(this: void, line: string): void;
  /** Takes the view off the terminal while something else is written there. */
  pause(): Disposable;
  /** Leaves the final state behind. */
  close(): void;
}
