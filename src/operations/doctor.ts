import { hasWalls } from '../domain/deploy-walls.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { diagnoseAgents } from './agents.ts';
import { databaseFindings } from './diagnose-database.ts';
import { channelFindings, forgeFindings } from './diagnose-forges.ts';
import { deployFindings } from './diagnose-deploy.ts';
import { sharedEnvironmentFindings } from './diagnose-shared-environments.ts';
import type { Finding } from './finding.ts';
import { worldRoom } from './scale.ts';
import type { OperationTools } from './tools.ts';

/**
 * What this machine, and this folder where one is named, have of what Miyabi needs. Changes nothing but making the state folder.
 */
export async function diagnose(tools: OperationTools, repository: string | undefined): Promise<readonly Finding[]> {
  return [
    nodeVersion(tools),
    await gitVersion(tools),
    await npmVersion(tools),
    // Opened before anything is diagnosed, so it can be written and its database is sound.
    fine('State folder', tools.state.root),
    ...(await database(tools)),
    await freeSpace(tools),
    await capacity(tools),
    await isolation(tools),
    await worldMethod(tools),
    ...(await breakers(tools)),
    ...(await diagnoseAgents(tools)),
    ...(await forgesAndChannels(tools)),
    ...(await deploying(tools)),
    ...(repository === undefined ? [] : [await repositoryState(tools, repository)]),
  ];
}

/** A sound finding. */
function fine(name: string, detail: string): Finding {
  return { name, status: 'ok', detail, fix: '' };
}

async function database({ databaseState, engine }: OperationTools): Promise<readonly Finding[]> {
  return databaseState === undefined ? [] : databaseFindings(await databaseState(), await engine.workers());
}

async function forgesAndChannels({ forges, channel, ownConfiguration }: OperationTools): Promise<readonly Finding[]> {
  const { forge, notify } = resolveConfig(ownConfiguration).config;
  return [...(await forgeFindings(forges, forge)), ...(await channelFindings(channel, notify))];
}

async function deploying(tools: OperationTools): Promise<readonly Finding[]> {
  const { config } = resolveConfig(tools.ownConfiguration);
  const { environment } = tools.host;
  const isWalled = config.isolation !== 'auto' || hasWalls(await tools.ladders.isolation());
  const has = async (program: string): Promise<boolean> => (await versionOf(tools, program)) !== undefined;
  return [
    ...(await deployFindings(config.deploy, { environment, isRoot: process.getuid?.() === 0, isWalled, has })),
    ...(tools.sharing ? sharedEnvironmentFindings(config, await tools.engine.workers()) : []),
  ];
}

function nodeVersion({ host }: OperationTools): Finding {
  return fine('Node', `${host.nodeVersion} at ${host.nodePath}`);
}

async function gitVersion({ git }: OperationTools): Promise<Finding> {
  try {
    const version = await (await git()).version();
    const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
    if (major > 2 || (major === 2 && minor >= 38)) return fine('git', version);
    return { name: 'git', status: 'failure', detail: `${version} is too old`, fix: 'Install git 2.38 or newer.' };
  } catch (error) {
    return { name: 'git', status: 'failure', detail: (error as Error).message, fix: 'Install git 2.38 or newer.' };
  }
}

async function npmVersion(tools: OperationTools): Promise<Finding> {
  const version = await versionOf(tools, 'npm');
  if (version !== undefined) return fine('npm', version);
  return { name: 'npm', status: 'warning', detail: 'not found on the PATH', fix: 'Install npm if your projects have dependencies.' };
}

/** What a program says of its version; undefined where it cannot be started. */
async function versionOf({ processes, host }: OperationTools, program: string): Promise<string | undefined> {
  const result = await (
    await processes()
  ).run({
    command: [program, program === 'kubectl' ? 'help' : '--version'],
    cwd: '/',
    env: { PATH: host.environment['PATH'] ?? '', HOME: host.environment['HOME'] ?? '/' },
    timeoutMs: 20_000,
  });
  return result.end.kind === 'exited' && result.end.code === 0 ? result.stdout.trim() : undefined;
}

const gibibyte = 1024 ** 3;

async function freeSpace(tools: OperationTools): Promise<Finding> {
  const free = (await tools.freeBytes()) / gibibyte;
  const detail = `${free.toFixed(1)} GiB free where the worlds are made`;
  if (free >= 5) return fine('Disk', detail);
  return {
    name: 'Disk',
    status: free >= 1 ? 'warning' : 'failure',
    detail,
    fix: '`miyabi gc` removes what ended runs left; --state moves everything elsewhere.',
  };
}

async function capacity({ machine, ownConfiguration }: OperationTools): Promise<Finding> {
  const size = await machine.size();
  const { ceiling } = worldRoom(resolveConfig(ownConfiguration).config, size);
  const threads = Number(size.threads.toFixed(1));
  const detail = `${(size.memoryBytes / gibibyte).toFixed(1)} GiB, ${threads} processor threads, a disk of ${Math.round(size.diskBytes / 1e9)} GB (${size.source}): ${counted(ceiling, 'world')} at a time`;
  return fine('Capacity', detail);
}

async function isolation({ ladders }: OperationTools): Promise<Finding> {
  const ladder = await ladders.isolation();
  const best = ladder.find(({ usable }) => usable);
  const missing = ladder.filter(({ usable, level }) => !usable && level !== 'limits').map(({ level, detail }) => `no ${level}: ${detail}`);
  const detail = [`${best?.level ?? 'none'}: ${best?.detail ?? ''}`, ...missing].join(' ');
  if (best !== undefined && best.level !== 'limits') return fine('Isolation', detail);
  return {
    name: 'Isolation',
    status: 'warning',
    detail,
    fix: 'Install bubblewrap; until then run only issues and agents that you trust with your files.',
  };
}

async function worldMethod({ ladders, namespace }: OperationTools): Promise<Finding> {
  const ladder = await ladders.workspaces();
  const best = ladder.find(({ usable }) => usable);
  const missing = ladder
    .slice(0, best === undefined ? undefined : ladder.indexOf(best))
    .map(({ method, detail }) => `no ${method}: ${detail}`);
  const { detail, fix } = namespace();
  const told = [`${best?.method ?? 'none'}: ${best?.detail ?? ''}`, ...missing, detail].join(' ');
  return fix === undefined ? fine('Worlds', told) : { name: 'Worlds', status: 'warning', detail: told, fix };
}

/** Only those that keep worlds out or a provider from being asked, or have done so a moment ago. */
async function breakers({ ledger }: OperationTools): Promise<readonly Finding[]> {
  const known = await ledger.breakers.list();
  return known
    .filter(({ circuit }) => circuit.kind !== 'closed')
    .map(({ key, name, circuit }) => ({
      name: 'Breaker',
      status: 'warning',
      detail: `${name} is ${circuit.kind === 'open' ? 'open' : 'half open'}: ${key.startsWith('provider:') ? 'it' : 'worlds that are configured so'} failed too often in a row`,
      fix: '`miyabi show <run>` says why; it is tried again by itself.',
    }));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

async function repositoryState({ git }: OperationTools, path: string): Promise<Finding> {
  const inspection = await (await git()).inspect(path);
  switch (inspection.kind) {
    case 'not-a-repository':
      return {
        name: 'Repository',
        status: 'warning',
        detail: `${path} is not inside a git repository`,
        fix: 'Go to one, or name it with --repo.',
      };
    case 'empty':
      return { name: 'Repository', status: 'warning', detail: `${inspection.root} has no commit`, fix: 'Make a first commit.' };
    case 'repository':
      if (inspection.dirty.length === 0)
        return fine('Repository', `${inspection.root}, clean, on ${inspection.branch ?? 'a detached HEAD'}`);
      return {
        name: 'Repository',
        status: 'warning',
        detail: `${inspection.root} has changes that are not committed (${inspection.dirty[0]} ...)`,
        fix: 'Commit or stash them before a run.',
      };
  }
}
