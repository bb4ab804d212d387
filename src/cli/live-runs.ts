import { createLogUpdate } from 'log-update';
import type { JobView } from '../weaver/engine.ts';
import { renderRuns } from './render-runs.ts';
import type { RunsWriter } from './runs-writer.ts';
import { runsAsLines } from './runs-writer.ts';
import type { Shell } from './shell.ts';

/** Redraws at most ten times a second, as the picture of one run. */
const frameMs = 100;
const hints = 's plain lines · q leave';

/** All runs, redrawn in place; `s` shows a line for each change instead, and the picture again; `q` leaves. */
export function openLiveRuns(shell: Shell, leave: () => void): RunsWriter {
  const update = createLogUpdate(shell.errStream, { showCursor: false });
  const { colours } = shell;
  let lines: RunsWriter | undefined;
  let runs: readonly JobView[] = [];
  let frame = 0;
  const picture = (): string => renderRuns({ runs, now: Date.now(), frame, columns: shell.columns(), rows: shell.rows() - 1, colours });
  const draw = (): void => {
    if (lines === undefined) update(`${picture()}${colours.dim(hints.slice(0, shell.columns() - 1))}`);
  };
  const leaveBehind = (): void => {
    update.clear();
    update.done();
    shell.err(picture());
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, frameMs);
  const keys = shell.keys((key) => {
    if (key === 'q') leave();
    if (key !== 's') return;
    if (lines === undefined) {
      leaveBehind();
      lines = runsAsLines({ ...shell, out: shell.err });
      lines.show(runs);
    } else lines = undefined;
  });
  return {
    show: (now) => {
      runs = now;
      lines?.show(now);
    },
    close: () => {
      clearInterval(timer);
      keys[Symbol.dispose]();
      leaveBehind();
    },
  };
}
