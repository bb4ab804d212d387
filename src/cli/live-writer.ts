import { createLogUpdate } from 'log-update';
import { incidentInWords } from '../domain/incident.ts';
import type { JobId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import { applyEvent, applyProgress, emptyView } from '../operations/run-view.ts';
import { renderRun } from './render-run.ts';
import type { RunWriter } from './run-writer.ts';
import type { Shell } from './shell.ts';

/** Redraws at most ten times a second: enough for a spinner, little enough for a slow line. */
const frameMs = 100;

/** The view of the worlds, redrawn in place; only lines that changed are written, nothing is cleared. */
export function openLiveWriter(shell: Shell, jobId: JobId, attributes: RunAttributes, titles: ReadonlyMap<string, string>): RunWriter {
  const update = createLogUpdate(shell.errStream, { showCursor: false });
  let view = emptyView;
  let frame = 0;
  let paused = false;
  const picture = (): string =>
    renderRun({ view, jobId, attributes, now: Date.now(), frame, columns: shell.columns(), colours: shell.colours });
  const draw = (): void => {
    if (!paused) update(picture());
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
      leaveBehind();
      paused = true;
      return {
        [Symbol.dispose]: () => {
          paused = false;
        },
      };
    },
    close: () => {
      clearInterval(timer);
      leaveBehind();
    },
  };
}
