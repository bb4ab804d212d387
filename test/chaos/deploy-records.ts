import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployStand, DeploymentRow } from '../support/deploy-stand.ts';
import type { CommandEnd } from '../support/miyabi.ts';
import type { DeployTrial } from './deploy-campaign.ts';

/** How an environment stood before a deployment. */
export interface Before {
  readonly serving: number;
  readonly commit: string;
  readonly deployments: number;
  /** Lines of the keeper's log. */
  readonly log: number;
  readonly hooks: number;
}

/** Where the hooks of releases write down that they were run. */
export function hookFile(stand: DeployStand): string {
  return join(stand.folder, 'hooks.txt');
}

function hooksOf(stand: DeployStand): readonly string[] {
  return existsSync(hookFile(stand)) ? readFileSync(hookFile(stand), 'utf8').trim().split('\n') : [];
}

export async function lookAt(stand: DeployStand): Promise<Before> {
  const { serving } = await stand.keeper();
  if (serving === undefined) throw new Error('nothing serves');
  return {
    serving: serving.release,
    commit: serving.commit,
    deployments: stand.deployments().length,
    log: (await stand.keeperLog()).length,
    hooks: hooksOf(stand).length,
  };
}

export interface Trial {
  readonly trial: DeployTrial;
  readonly before: Before;
  /** That was deployed. */
  readonly commit: string;
  /** Of the last command. */
  readonly end: CommandEnd;
}

/** @returns what is not as it should be after a deployment that was killed and resumed, a sentence each. */
export async function wrongWith(stand: DeployStand, tried: Trial): Promise<readonly string[]> {
  const { before, trial } = tried;
  const rows = stand.deployments().slice(before.deployments);
  const [row] = rows;
  if (row === undefined || rows.length > 1) return [`there are ${rows.length} deployments: ${tried.end.stderr}`];
  const expected =
    trial.way === 'good' ? { release: row.release, commit: tried.commit } : { release: before.serving, commit: before.commit };
  return [
    ...wrongRecords(row, tried, expected.release),
    ...(await wrongServing(stand, row, expected)),
    ...wrongEffects((await stand.keeperLog()).slice(before.log), row, tried),
    ...wrongHooks(hooksOf(stand).slice(before.hooks), row, trial),
    ...(await wrongLeft(stand)),
  ];
}

function wrongRecords(row: DeploymentRow, { trial, before, end }: Trial, serves: number): readonly string[] {
  const state = trial.way === 'good' ? 'live' : 'rolled-back';
  const report = end.lines.find(({ type }) => type === 'run.finished');
  return [
    ...(row.state === state ? [] : [`it is recorded as ${row.state}: ${JSON.stringify(row.verdict?.reason ?? null)}`]),
    ...(row.endedAt === null ? ['the environment was not given back'] : []),
    ...(row.leaves === serves ? [] : [`it is recorded that r${row.leaves} serves`]),
    ...(row.previous === before.serving ? [] : [`it is recorded that r${row.previous} served before`]),
    // Killed with its last word it had ended already.
    ...(report === undefined && trial.key === 'cleanup' ? [] : wrongEnd(end, trial)),
  ];
}

function wrongEnd(end: CommandEnd, { way }: DeployTrial): readonly string[] {
  const code = way === 'good' ? 0 : 1;
  return end.code === code ? [] : [`the last command ended with ${end.code}: ${end.stderr.trim().split('\n').slice(-3).join(' | ')}`];
}

async function wrongServing(
  stand: DeployStand,
  row: DeploymentRow,
  expected: { readonly release: number; readonly commit: string },
): Promise<readonly string[]> {
  const { serving, upstreams, url, fence } = await stand.keeper();
  const answer = await fetch(`${url ?? ''}/healthz`, { signal: AbortSignal.timeout(5_000) });
  const { commit } = (await answer.json()) as { readonly commit: string };
  return [
    ...(serving?.release === expected.release ? [] : [`r${serving?.release} serves instead of r${expected.release}`]),
    ...(commit === expected.commit ? [] : [`${commit} answers instead of ${expected.commit}`]),
    ...(upstreams.length === 1 ? [] : [`${upstreams.length} releases run: ${upstreams.map(({ release }) => `r${release}`).join(', ')}`]),
    ...(fence === row.fence ? [] : [`the fence of the target is ${fence}, not ${row.fence}`]),
  ];
}

/** As the target saw it: started once, served once, put back once. A keeper that was killed may have done so without having noted it. */
function wrongEffects(log: readonly string[], { release }: DeploymentRow, { trial, before }: Trial): readonly string[] {
  const times = (pattern: RegExp): number => log.filter((line) => pattern.test(line)).length;
  const wanted = [
    [`r${release} runs as process`, 1],
    [`r${release} serves`, 1],
    [`r${before.serving} serves`, trial.way === 'good' ? 0 : 1],
    [`r${before.serving} runs as process`, 0],
    [`r${trial.way === 'good' ? before.serving : release} is ended`, 1],
    ['has exited', 0],
  ] as const;
  return wanted.flatMap(([text, count]) => {
    const seen = times(new RegExp(`\\b${text}\\b`));
    return seen === count || (trial.keeper && seen <= count + 1) ? [] : [`the target has noted ${seen} times that ${text}`];
  });
}

function wrongHooks(lines: readonly string[], { release }: DeploymentRow, { way }: DeployTrial): readonly string[] {
  const wanted = [`expand ${release}`, ...(way === 'good' ? [`contract ${release}`] : [])];
  return lines.join(', ') === wanted.join(', ') ? [] : [`hooks were run: ${lines.join(', ')}`];
}

/** The keeper with what begins it again, and the one release that serves may run; nothing is checked out. */
async function wrongLeft(stand: DeployStand): Promise<readonly string[]> {
  const { pid } = await stand.keeper();
  const state = JSON.parse(readFileSync(join(await stand.kept(), 'keeper.json'), 'utf8')) as {
    readonly releases: readonly { readonly mark: string }[];
  };
  const marks = state.releases.map(({ mark }) => mark);
  const kept = [pid, parentOf(pid)];
  const left = processesOf(stand.folder).filter((one) => !kept.includes(one.pid) && !marks.some((mark) => one.environment.includes(mark)));
  const worlds = join(stand.state, 'worlds');
  return [
    ...left.map((one) => `a process is left: ${one.command.slice(0, 200)}`),
    ...(existsSync(worlds) ? readdirSync(worlds).map((name) => `${name} is left in worlds`) : []),
  ];
}

interface RunningProcess {
  readonly pid: number;
  readonly command: string;
  readonly environment: string;
}

/** Processes whose command, folder or environment names this folder, where the system tells; without ourselves. */
function processesOf(folder: string): readonly RunningProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .map((pid) => ({ pid, command: told(pid, 'cmdline').replaceAll('\0', ' '), environment: told(pid, 'environ'), cwd: cwdOf(pid) }))
    .filter(({ command, environment, cwd }) => [command, environment, cwd].some((text) => text.includes(folder)));
}

/** @returns undefined where the system does not tell. */
function parentOf(pid: number): number | undefined {
  const [, parent] = told(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return parent === undefined ? undefined : Number(parent);
}

function told(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // It has ended, or is not ours to read.
  }
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // The same.
  }
}
