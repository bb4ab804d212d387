import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { makeSignInLink } from './access/sign-in-links.ts';
import { findRun } from './find-run.ts';
import type { OperationTools } from './tools.ts';

/**
 * A link that shows the dashboard of a service which works on this state folder, or a run in it, to one browser, which is signed in by it.
 * @throws Failure (notFoundOrLocked) where no service answers, or where there is no such run.
 */
export async function openDashboard(
  tools: Pick<OperationTools, 'engine' | 'ledger' | 'clock' | 'openDoors'>,
  { run, user }: { readonly run: string | undefined; readonly user: string },
): Promise<string> {
  const to = run === undefined ? undefined : `/runs/${displayId('run', (await findRun(tools.engine, run)).id)}`;
  const [url] = await tools.openDoors.list();
  if (url === undefined) throw nobodyAnswers();
  return await makeSignInLink(tools, url, user, to);
}

function nobodyAnswers(): Failure {
  return new Failure('notFoundOrLocked', {
    what: 'No service answers on this machine.',
    why: 'The dashboard is shown by a service, and none works on this state folder that listens somewhere.',
    fix: 'Start one in another terminal: `miyabi serve`.',
  });
}
