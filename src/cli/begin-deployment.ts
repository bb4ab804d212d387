import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { PreparedDeployment } from '../operations/submit-deployment.ts';
import { submitDeployment } from '../operations/submit-deployment.ts';
import type { OperationTools } from '../operations/tools.ts';
import { attach } from './attached.ts';
import { repositoryOf } from './given-issue.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** Options of everything that deploys. */
export interface DeployingOptions extends GlobalOptions {
  readonly repo?: string;
  readonly env?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Asks whoever sits here, begins the deployment as a run, and watches it to its end. @returns the exit code. */
export async function beginDeployment(
  shell: Shell,
  tools: OperationTools,
  prepared: PreparedDeployment,
  options: DeployingOptions,
): Promise<number> {
  for (const note of prepared.notes) shell.err(`${shell.colours.dim('·')} ${oneLine(note)}\n`);
  if (options.yes !== true && !(await confirmed(shell, prepared.title))) {
    shell.err('Nothing was deployed.\n');
    return 0;
  }
  const started = await submitDeployment(tools, prepared, { startedBy: { how: 'terminal', who: shell.user } });
  return await attach(shell, tools, started.jobId, started.attributes, options);
}

/** @throws Failure (usage) where nobody sits here who could be asked. */
async function confirmed(shell: Shell, title: string): Promise<boolean> {
  if (!shell.interactive) {
    throw new Failure('usage', {
      what: `${title}: nobody is here to say yes to that.`,
      why: 'It changes what people use, so at a terminal it is asked for once more.',
      fix: 'Add --yes where a program gives this command.',
    });
  }
  const { confirm, isCancel } = await import('@clack/prompts');
  const given = await confirm({ message: `${visibleText(title).text}?`, output: shell.errStream });
  return !isCancel(given) && given;
}

/** A folder from where the user stands, the address of a remote, or `owner/name` at a forge where no such folder is here. */
export async function deployedRepository(shell: Pick<Shell, 'cwd'>, wanted: string | undefined): Promise<string> {
  if (wanted === undefined || !/^(?:[a-z][a-z\d-]*:)?[\w.-]+\/[\w.-]+$/.test(wanted)) return repositoryOf(shell, wanted);
  const isHere = await stat(resolve(shell.cwd, wanted)).then(
    () => true,
    () => false,
  );
  return isHere ? resolve(shell.cwd, wanted) : wanted;
}

/** Shows an example to copy where nothing is configured for the repository. */
export async function withExample<Result>(shell: Shell, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const places = error instanceof Failure ? error.facts['notConfigured'] : undefined;
    if (Array.isArray(places)) shell.err(example(String(places.at(-1) ?? '/home/ada/shop')));
    throw error;
  }
}

function example(repository: string): string {
  return `Such as, in your own configuration (~/.config/miyabi/config.yaml, or below $XDG_CONFIG_HOME):

  deploy:
    projects:
      - repository: ${oneLine(repository)}
        environments:
          - name: production
            target: { kind: process, listen: { port: 8080 }, start: exec node server.js }
            health: { path: /healthz }

`;
}
