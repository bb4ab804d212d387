import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProject, miyabi, smallProject, testsWithoutNpm, untestedProject, withoutWalls } from '../../support/miyabi.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { sharedFolder } from './setup.ts';
import type { DashboardStand, StandOptions } from './stand.ts';
import { serveDashboard, untilRun } from './stand.ts';

/** A stand with a repository to work on. */
export interface ProjectStand extends DashboardStand {
  readonly project: string;
}

/** A stand with the run that it is about, such as run_7f3k2m9qxa. */
export interface RunStand extends ProjectStand {
  readonly run: string;
}

let demonstrated: Promise<StandOptions> | undefined;

/** The run of the demonstration, which took five worlds to its winner: made once for all tests of a process, which only look at it. */
export async function finishedRun(): Promise<RunStand> {
  const stand = await serveDashboard(await (demonstrated ??= demonstration()));
  const { run, repository } = await stand.ask('/runs/last');
  return { ...stand, run: String(run), project: String(repository) };
}

/** `MIYABI_DEMONSTRATION` names a folder that keeps it for the next time, for whoever works on a page. */
async function demonstration(): Promise<StandOptions> {
  const path = process.env['MIYABI_DEMONSTRATION'] ?? process.env[sharedFolder]!;
  const options = { cwd: path, state: join(path, 'state'), env: { TMPDIR: path } };
  if (existsSync(options.state)) return options;
  mkdirSync(path, { recursive: true });
  const ended = await miyabi(['demo'], options);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return options;
}

export interface EmptyOptions extends Pick<StandOptions, 'worlds'> {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Done with the state folder before the service starts. */
  readonly before?: (options: StandOptions) => Promise<void>;
}

/** A service that has carried nothing yet, with a small repository beside it that can be mended. */
export async function emptyStand({ files = smallProject, env = {}, before, ...more }: EmptyOptions = {}): Promise<ProjectStand> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder('miyabi-browser-'));
  const project = await makeProject(join(folder.path, 'project'), files);
  const options = { ...more, cwd: project, state: join(folder.path, 'state'), env: { ...withoutWalls, ...testsWithoutNpm, ...env } };
  await before?.(options);
  const stand = opening.use(await serveDashboard(options));
  const open = opening.move();
  return { ...stand, project, [Symbol.asyncDispose]: async () => await open.disposeAsync() };
}

/** A run that asks whether its plan may be carried out. What it changes has no tests, so that its review asks again. */
export async function waitingRun(): Promise<RunStand> {
  const issue = 'Rewrite the architecture: add() is wrong for distributed migration';
  const agent = 'echo note > note.txt';
  const stand = await emptyStand({
    files: untestedProject,
    env: { MIYABI_AGENT_NAME: 'command', MIYABI_AGENT_COMMAND: agent },
    before: async (options) => {
      const ended = await miyabi(['run', issue, '--worlds', '1', '--json'], options);
      if (ended.code !== 4) throw new Error(ended.stderr);
    },
  });
  return { ...stand, run: String((await stand.ask('/runs/last'))['run']) };
}

/** A run whose agent prints a line every so often until it is let go on. */
export interface RunningStand extends RunStand {
  /** Lets its worlds mend the defect and end. */
  letGo(): void;
  /** Waits until this run is so. */
  until(isSo: (run: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>>;
}

/** @param worlds at the same time. */
export async function runningRun({ worlds = 2, linesASecond = 10 } = {}): Promise<RunningStand> {
  await using opening = new AsyncDisposableStack();
  const signs = opening.use(await temporaryFolder('miyabi-signs-'));
  const sign = join(signs.path, 'go');
  const work = `n=0; while [ ! -e ${sign} ]; do n=$((n+1)); echo "line $n of the work"; sleep ${1 / linesASecond}; done; sed -i.bak 's/a - b/a + b/' src/add.js; rm -f src/add.js.bak`;
  const stand = opening.use(await emptyStand({ worlds, env: { MIYABI_AGENT_NAME: 'command', MIYABI_AGENT_COMMAND: work } }));
  const body = { issue: { text: '# add() subtracts\n\nadd(2, 3) is -1.' }, repository: stand.project, approveAll: true, worlds };
  const run = String((await stand.ask('/runs', { method: 'POST', body }))['run']);
  const open = opening.move();
  return {
    ...stand,
    run,
    letGo: () => writeFileSync(sign, ''),
    until: async (isSo) => await untilRun(stand, run, isSo),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}
