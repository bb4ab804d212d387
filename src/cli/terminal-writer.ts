import type { JobId } from '../domain/ids.ts';
import { openLineWriter } from './line-writer.ts';
import type { WatchedRun } from './live-writer.ts';
import { openLiveWriter } from './live-writer.ts';
import type { RunWriter } from './run-writer.ts';
import type { Shell } from './shell.ts';

/** What the keys of a person at the terminal lead to. */
export interface RunKeys {
  /** They want to leave while the run goes on; says so where that cannot be. */
  readonly leave: (say: (line: string) => void) => void;
  /** They want the dashboard. Says in a sentence what became of it. */
  readonly openDashboard: () => Promise<string>;
}

/** The picture of a run, or a line for each change of it: `s` goes from one to the other at any time, `o` opens the dashboard, `q` leaves. */
export function openTerminalWriter(
  shell: Shell,
  jobId: JobId,
  watched: Omit<WatchedRun, 'hints'>,
  { leave, openDashboard }: RunKeys,
): RunWriter {
  const live = openLiveWriter(shell, jobId, { ...watched, hints: 's plain lines · o dashboard · q leave' });
  let asLines = false;
  const lines = openLineWriter({ ...shell, err: (text) => (asLines ? shell.err(text) : undefined) }, jobId, watched);
  let picture: Disposable | undefined;
  const press = (key: string): void => {
    if (key === 's') toggle();
    else if (key === 'q') leave(live.say);
    else if (key === 'o') void openDashboard().then(live.say);
  };
  let keys = shell.keys(press);

  function toggle(): void {
    asLines = !asLines;
    picture?.[Symbol.dispose]();
    picture = asLines ? live.pause() : undefined;
    if (asLines) shell.err('A line for each change from here on; s shows the picture again.\n');
  }

  return {
    onEvent: (event) => {
      live.onEvent(event);
      lines.onEvent(event);
    },
    onProgress: live.onProgress,
    onNotice: (notice) => {
      live.onNotice(notice);
      lines.onNotice(notice);
    },
    onIncident: (told) => {
      live.onIncident(told);
      lines.onIncident(told);
    },
    onQuestion: (question, by) => {
      live.onQuestion(question, by);
      lines.onQuestion(question, by);
    },
    say: live.say,
    pause: () => {
      const shown = live.pause();
      keys[Symbol.dispose]();
      return {
        [Symbol.dispose]: () => {
          shown[Symbol.dispose]();
          keys = shell.keys(press);
        },
      };
    },
    close: () => {
      keys[Symbol.dispose]();
      live.close();
    },
  };
}
