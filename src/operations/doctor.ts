import type { OperationTools } from './tools.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failure';
  readonly detail: string;
  /** What to do; empty when nothing is to be done. */
  readonly fix: string;
}

/** What this machine and this folder have of what Miyabi needs. Changes nothing but making the state folder. */
export async function diagnose(tools: OperationTools, repository: string): Promise<readonly Finding[]> {
  return [
    nodeVersion(tools),
    await gitVersion(tools),
    await npmVersion(tools),
    // Opened before anything is diagnosed, so it can be written and its database is sound.
    fine('State folder', tools.state.root),
    await freeSpace(tools),
    memory(tools),
    isolation(),
    worldMethod(),
    agents(tools),
    await repositoryState(tools, repository),
  ];
}

/** A sound finding. */
function fine(name: string, detail: string): Finding {
  return { name, status: 'ok', detail, fix: '' };
}

function nodeVersion({ host }: OperationTools): Finding {
  return fine('Node', `${host.nodeVersion} at ${host.nodePath}`);
}

async function gitVersion({ git }: OperationTools): Promise<Finding> {
  try {
    const version = await git.version();
    const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
    if (major > 2 || (major === 2 && minor >= 38)) return fine('git', version);
    return { name: 'git', status: 'failure', detail: `${version} is too old`, fix: 'Install git 2.38 or newer.' };
  } catch (error) {
    return { name: 'git', status: 'failure', detail: (error as Error).message, fix: 'Install git 2.38 or newer.' };
  }
}

async function npmVersion({ processes, host }: OperationTools): Promise<Finding> {
  const path = host.environment['PATH'] ?? '';
  const result = await processes.run({
    command: ['npm', '--version'],
    cwd: '/',
    env: { PATH: path, HOME: host.environment['HOME'] ?? '/' },
    timeoutMs: 20_000,
  });
  if (result.end.kind === 'exited' && result.end.code === 0) return fine('npm', result.stdout.trim());
  return { name: 'npm', status: 'warning', detail: 'not found on the PATH', fix: 'Install npm if your projects have dependencies.' };
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

function memory({ host }: OperationTools): Finding {
  const total = host.memoryBytes / gibibyte;
  const worlds = Math.max(1, Math.floor(total / 2));
  return fine('Memory and cores', `${total.toFixed(1)} GiB, ${host.cores} cores: ${Math.min(9, worlds)} worlds at a time fit into memory`);
}

function isolation(): Finding {
  return {
    name: 'Isolation',
    status: 'warning',
    detail:
      'process limits: own folder, HOME, environment, process group and time limit; writes outside a world are detected, not prevented',
    fix: 'Run only issues and agents that you trust with your files.',
  };
}

function worldMethod(): Finding {
  return fine('Worlds', 'made as git worktrees of our own mirror');
}

function agents({ host }: OperationTools): Finding {
  return fine('Agents', `repair (built in, no key needed, Node ${host.nodeVersion}), command (any shell command)`);
}

async function repositoryState({ git }: OperationTools, path: string): Promise<Finding> {
  const inspection = await git.inspect(path);
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
