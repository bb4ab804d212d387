import type { DeploymentView, ReleaseView, SeenDeploymentView } from '../domain/api/deployments.ts';
import { exitCode } from '../domain/failure.ts';
import { counted, share } from '../domain/watch-in-words.ts';
import { deployPlace } from '../operations/deploy-place.ts';
import { liftRelease } from '../operations/lift-release.ts';
import { wakeTargets } from '../operations/wake-targets.ts';
import { listReleases, seenRelease } from '../operations/releases.ts';
import { deployedRepository, withExample } from './begin-deployment.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

interface ReleasesOptions extends GlobalOptions {
  readonly repo?: string;
  readonly json?: boolean;
}

/** `miyabi releases`: what was built, where it serves, and what became of it. */
export async function releases(
  shell: Shell,
  options: ReleasesOptions & { readonly env?: string; readonly most?: number },
): Promise<number> {
  await using app = await shell.open(options);
  const at = await withExample(shell, async () => await deployPlace(app.tools, await deployedRepository(shell, options.repo)));
  const shown = await listReleases(app.tools, at, { environment: options.env, limit: options.most ?? 20 });
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'releases', schemaVersion: 1, repository: at.project.repository, releases: shown })}\n`);
    return 0;
  }
  if (shown.length === 0) shell.out(`No releases yet. \`${commandPrefix(shell, options)} deploy\` makes one.\n`);
  for (const line of tableLines(shown)) shell.out(`${line}\n`);
  return 0;
}

/** `miyabi releases show r12`: all that is known of one. */
export async function showRelease(shell: Shell, wanted: string, options: ReleasesOptions): Promise<number> {
  await using app = await shell.open(options);
  const at = await withExample(shell, async () => await deployPlace(app.tools, await deployedRepository(shell, options.repo)));
  const { release, deployments } = await seenRelease(app.tools, at, wanted);
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'release', schemaVersion: 1, ...release, deployments })}\n`);
    return 0;
  }
  for (const line of releaseLines(release, deployments)) shell.out(`${line}\n`);
  return 0;
}

/** `miyabi releases lift r12 --reason "..."`: lets its commit go out again. */
export async function lift(shell: Shell, wanted: string, options: ReleasesOptions & { readonly reason: string }): Promise<number> {
  await using app = await shell.open(options);
  const at = await withExample(shell, async () => await deployPlace(app.tools, await deployedRepository(shell, options.repo)));
  const lifted = await liftRelease(app.tools, at, wanted, { who: shell.user, reason: options.reason });
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'release.lifted', schemaVersion: 1, ...lifted })}\n`);
  else shell.out(`${lifted.release} (${lifted.commit.slice(0, 12)}) may go out again. It was blocked because: ${oneLine(lifted.was)}\n`);
  return 0;
}

/** `miyabi releases wake`: after a restart of the machine, what served on it serves again. Exit 1 where one could not be seen to. */
export async function wake(shell: Shell, options: ReleasesOptions): Promise<number> {
  await using app = await shell.open(options);
  const woken = await wakeTargets(app.tools);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'releases.woken', schemaVersion: 1, environments: woken })}\n`);
  else if (woken.length === 0) shell.out('Nothing was deployed to this machine.\n');
  else for (const { environment, said } of woken) shell.out(`${environment}: ${oneLine(said)}\n`);
  return woken.every(({ isAwake }) => isAwake) ? exitCode.done : exitCode.failed;
}

const longestTitle = 60;

function tableLines(all: readonly ReleaseView[]): readonly string[] {
  const rows = all.map((release) => [
    release.release,
    release.commit.slice(0, 8),
    shortened(oneLine(release.title ?? ''), longestTitle),
    release.built === null ? 'not built' : minute(release.built.at),
    release.serves.join(', '),
    standing(release),
  ]);
  const head = ['release', 'commit', 'title', 'built', 'serves', 'state'];
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return (rows.length === 0 ? [] : [head, ...rows]).map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function standing({ blocked, deployments }: ReleaseView): string {
  if (blocked !== null) return `blocked: ${shortened(oneLine(blocked.reason), 100)}`;
  return deployments.map(({ environment, state }) => `${state} in ${environment}`).join(', ');
}

function releaseLines(release: ReleaseView, deployments: readonly SeenDeploymentView[]): readonly string[] {
  const { release: name, commit, title, built, blocked, serves } = release;
  return [
    `${name}  ${commit}  ${oneLine(title ?? '')}`.trimEnd(),
    `  ${built === null ? 'not built' : `built ${minute(built.at)}, ${built.digest.slice(0, 16)}`}`,
    `  ${serves.length === 0 ? 'serves nowhere' : `serves in ${serves.join(', ')}`}`,
    ...(blocked === null ? [] : [`  blocked since ${minute(blocked.at)}: ${oneLine(blocked.reason)}`]),
    ...deployments.flatMap(deploymentLines),
  ];
}

function deploymentLines(deployment: SeenDeploymentView): readonly string[] {
  const { environment, state, run, verdict, baseline, previous, notes } = deployment;
  return [
    '',
    `${environment}: ${state}  ${run}  ${when(deployment)}`,
    ...(previous === null ? [] : [`  before it: ${previous}${baseline === null ? '' : `, ${baselineInWords(baseline)}`}`]),
    ...(verdict === null
      ? []
      : [
          `  ${verdict.rule}${verdict.inconclusive ? ' (nothing is shown against it)' : ''}: ${oneLine(verdict.reason)}`,
          ...verdict.evidence.map((line) => `    ${oneLine(line)}`),
        ]),
    ...(notes.length === 0 ? [] : ['  what was seen']),
    ...notes.map(({ at, text }) => `    ${second(at)} ${oneLine(text)}`),
  ];
}

function baselineInWords({ requests, errors, p95Ms, source }: NonNullable<DeploymentView['baseline']>): string {
  const latency = p95Ms === null ? '' : `, p95 ${Math.round(p95Ms)} ms`;
  return `${counted(requests, 'request')}, ${share(errors, requests)} errors${latency}, by ${oneLine(source)}`;
}

function when({ startedAt, servedAt, endedAt }: DeploymentView): string {
  return [
    `began ${minute(startedAt)}`,
    ...(servedAt === null ? [] : [`serves since ${second(servedAt)}`]),
    ...(endedAt === null ? [] : [`ended ${second(endedAt)}`]),
  ].join(', ');
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function second(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
