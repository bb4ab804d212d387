import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

/** Says how the dashboard of a run is opened. */
export function dashboardOfRun(shell: Shell, jobId: JobId, options: GlobalOptions): string {
  return `\`${commandPrefix(shell, options)} open ${displayId('run', jobId)}\` opens it in your browser, where a service runs.`;
}
