import { createLogUpdate } from 'log-update';
import { incidentInWords } from '../domain/incident.ts';
import type { JobId } from '../domain/ids.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { RunAttributes } from '../domain/run.ts';
import { applyEvent, applyProgress, emptyView } from '../operations/run-view.ts';
import { renderRun } from './render-run.ts';
import type { RunWriter } from './run-writer.ts';
import type { Shell } from './shell.ts';

/** Redraws at most ten times a second: enough for a spinner, little enough for a slow line. */
const frameMs = 100;
/** How often the records are asked what models have cost, in ms. */
const costMs = 1_000;

/** What the picture of a run shows besides its events. */
export interface WatchedRun {
  readonly attributes: RunAttributes;
  /** Of the plan's tasks, by their keys. */
  readonly titles: ReadonlyMap<string, string>;
  /** What models have cost so far. */
  readonly spent: () => Promise<MicroUsd>;
  /** Which keys do what, shown below the picture while it is redrawn. */
  readonly hints: string;
}

/** The view of the worlds, redrawn in place; only lines that changed are written, nothing is cleared. */
export function openLiveWriter(shell: Shell, jobId: JobId, { attributes, titles, spent, hints }: WatchedRun): RunWriter {
  const update = createLogUpdate(shell.errStream, { showCursor: false });
  let view = emptyView;
  let frame = 0;
  let paused = 0;
  let spentMicroUsd: MicroUsd = 0;
  const picture = (): string =>
    renderRun({ view, jobId, attributes, spentMicroUsd, now: Date.now(), frame, columns: shell.columns(), colours: shell.colours });
  const draw = (): void => {
    if (paused === 0) update(`${picture()}${shell.colours.dim(hints.slice(0, shell.columns() - 1))}`);
  };
  // Redrawing shows only as many lines as the terminal has; what stays behind is whole.
  const leaveBehind = (): void => {
    update.clear();
    update.done();
    shell.err(picture());
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, frameMs);
  // A look that fails leaves the last figure: whoever carries the run is told by the same records, and tells it.
  const look = async (): Promise<void> => void (spentMicroUsd = await spent().catch(() => spentMicroUsd));
  const costTimer = setInterval(() => void look(), costMs);
  void look();
  draw();
  return {
    onEvent: (event) => {
      view = applyEvent(view, event, titles);
    },
    onProgress: ({ taskId, key, text }) => {
      view = applyProgress(view, taskId, key, text);
    },
    onNotice: ({ taskId, key, text }) => {
      view = applyProgress(view, taskId, key, text);
    },
    onIncident: ({ taskId, key, incident }) => {
      view = applyProgress(view, taskId, key, incidentInWords(incident));
    },
    // Whoever carries the run puts it to the person.
    onQuestion: () => undefined,
    say: (line) => {
      update.clear();
      shell.err(`${line}\n`);
      draw();
    },
    pause: () => {
      if (paused === 0) leaveBehind();
      paused += 1;
      return {
        [Symbol.dispose]: () => {
          paused -= 1;
        },
      };
    },
    close: () => {
      clearInterval(timer);
      clearInterval(costTimer);
      leaveBehind();
    },
  };
}
