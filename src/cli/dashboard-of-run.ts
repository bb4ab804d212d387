import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { openDashboard } from '../operations/open-dashboard.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { Shell } from './shell.ts';

/** Opens the dashboard of a run in a browser, where a service answers here. @returns what became of it, in a sentence. */
export async function dashboardOfRun(shell: Shell, tools: OperationTools, jobId: JobId): Promise<string> {
  try {
    const link = await openDashboard(tools, { run: displayId('run', jobId), user: shell.user });
    const isShown = await (await shell.browsers()).show(link);
    return isShown
      ? 'The dashboard is shown in your browser.'
      : `No browser could be opened from here: open ${link} in one, within five minutes.`;
  } catch (error) {
    if (error instanceof Failure) return `${error.text.what} ${error.text.fix}`;
    throw error;
  }
}
