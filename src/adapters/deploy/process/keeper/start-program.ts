import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeployRefused } from '../../../../ports/deployer.ts';
import type { ProgramRequest } from '../messages.ts';
import { accountOf } from './walls.ts';
import type { Walls } from './walls.ts';

/** The variable in which every process of a release carries a mark of its own. */
const markVariable = 'MIYABI_STARTED_AS';

/** As it stands in the environment of a process. */
export function markText(mark: string): string {
  return `${markVariable}=${mark}`;
}

export interface ProgramPlace {
  readonly walls: Walls;
  /** Of the environment: hidden from its releases, but for what is theirs. */
  readonly folder: string;
  /** Of all its releases, to keep what they like; made where it is not there. */
  readonly home: string;
}

/** How one program is started beyond what was asked for. */
export interface Start {
  readonly mark: string;
  readonly stdio: StdioOptions;
  readonly command: readonly [string, ...string[]];
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Starts a program of a release in a session of its own, so that it outlives us and can be ended with all that it starts.
 *
 * @throws DeployRefused where it may not run as its user, any other error where it cannot be started.
 */
export async function startProgram(
  { walls, home, folder: ours }: ProgramPlace,
  request: ProgramRequest,
  start: Start,
): Promise<ChildProcess & { pid: number }> {
  const { user, folder } = request;
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (user !== undefined) await giveTo(user, home);
  const { command, ...as } = await walls.around({ folder, home, hidden: [...request.hidden, ours], user }, start.command);
  const [program, ...rest] = command;
  const child = spawn(program, rest, { cwd: folder, env: variablesOf(request, home, start), detached: true, stdio: start.stdio, ...as });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        user !== undefined && cause.code === 'EACCES'
          ? new DeployRefused(`${user} may not enter ${folder}: without bubblewrap its folders have to be open to that user`, { cause })
          : cause,
      ),
    );
  });
  if (child.pid === undefined) throw new Error(`${program} was started and has no process id`);
  return Object.assign(child, { pid: child.pid });
}

async function giveTo(user: string, home: string): Promise<void> {
  if (process.getuid?.() !== 0) throw new DeployRefused(`only root can run a release as another user (${user})`);
  const { uid, gid } = await accountOf(user);
  await chown(home, uid, gid);
}

/** Nothing of ours: only what the release was given, and what it cannot do without. */
function variablesOf(request: ProgramRequest, home: string, { mark, variables }: Start): Readonly<Record<string, string>> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    ...request.environment,
    ...variables,
    MIYABI_RELEASE: String(request.release),
    MIYABI_COMMIT: request.commit,
    [markVariable]: mark,
  };
}
