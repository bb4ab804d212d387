import { exitCode } from '../domain/failure.ts';
import { openDashboard } from '../operations/open-dashboard.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface OpenOptions extends GlobalOptions {
  readonly print?: boolean;
  readonly json?: boolean;
}

/**
 * `miyabi open [run]`: the dashboard in a browser that is signed in by it; where there is no screen, the link alone.
 * @throws Failure (notFoundOrLocked)
 */
export async function open(shell: Shell, run: string | undefined, options: OpenOptions): Promise<number> {
  await using app = await shell.open(options);
  const link = await openDashboard(app.tools, { run, user: shell.user });
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'link', schemaVersion: 1, link })}\n`);
    return exitCode.done;
  }
  shell.out(`${link}\n`);
  if (options.print === true || !shell.interactive) return exitCode.done;
  const isShown = await (await shell.browsers()).show(link);
  shell.err(isShown ? 'Shown in your browser.\n' : 'No browser could be opened from here: open the link in one, within five minutes.\n');
  return exitCode.done;
}
