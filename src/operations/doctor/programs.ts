import { nodeEnds } from '../../domain/node-ends.ts';
import type { OperationTools } from '../tools.ts';
import type { Finding } from './finding.ts';
import { failure, fine, warning } from './finding.ts';

type ProgramTools = Pick<OperationTools, 'host' | 'git' | 'processes' | 'hostChecks'>;

/** Node, npm, git and the program of GitHub. @param network whether those may be asked who speak with the outside. */
export async function programFindings(tools: ProgramTools, network: boolean): Promise<readonly Finding[]> {
  return [nodeVersion(tools), await gitVersion(tools), await npmVersion(tools), ...(await githubProgram(tools, network))];
}

const day = 24 * 60 * 60_000;

function nodeVersion({ host, hostChecks }: ProgramTools): Finding {
  const detail = `${host.nodeVersion} at ${host.nodePath}`;
  const ends = nodeEnds(host.nodeVersion);
  if (ends === undefined) return fine('Node', detail);
  const on = new Date(ends).toISOString().slice(0, 10);
  if (hostChecks.now() < ends - 90 * day) return fine('Node', `${detail}, cared for until ${on}`);
  return warning('Node', `${detail}; nobody mends its security after ${on}`, 'Install the newest Node with long-term support.');
}

async function gitVersion({ git }: ProgramTools): Promise<Finding> {
  const fix = 'Install git 2.38 or newer.';
  try {
    const version = await (await git()).version();
    const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
    if (major > 2 || (major === 2 && minor >= 38)) return fine('git', `${version}, with worktrees`);
    return failure('git', `${version} is too old`, fix);
  } catch (error) {
    return failure('git', error instanceof Error ? error.message : String(error), fix);
  }
}

async function npmVersion(tools: ProgramTools): Promise<Finding> {
  const version = await versionOf(tools, 'npm');
  if (version !== undefined) return fine('npm', version);
  return warning('npm', 'not found on the PATH', 'Install npm if your projects have dependencies.');
}

/** Nothing of ours needs it: it is told of where it is there, since many keep their token in it. */
async function githubProgram(tools: ProgramTools, network: boolean): Promise<readonly Finding[]> {
  const [version] = (await versionOf(tools, 'gh'))?.split('\n') ?? [];
  if (version === undefined) return [];
  const fix = 'Call `gh auth login`, or set GITHUB_TOKEN: Miyabi itself reads the variable alone.';
  // What it prints here is the token: only whether there is one is of interest.
  const known = await ask(tools, ['gh', 'auth', 'token']);
  if (known === undefined) return [warning('gh', `${version}, and it lets nobody in`, fix)];
  if (!network) return [fine('gh', `${version}, with a token; not asked now`)];
  const status = await ask(tools, ['gh', 'auth', 'status']);
  if (status === undefined) return [warning('gh', `${version}; GitHub does not accept its token`, fix)];
  return [fine('gh', `${version}, with a token for ${/Token scopes: (.+)/.exec(status)?.[1] ?? 'what its owner chose'}`)];
}

/** What a program says of its version; undefined where it cannot be started. */
export async function versionOf(tools: Pick<ProgramTools, 'processes' | 'host'>, program: string): Promise<string | undefined> {
  return (await ask(tools, [program, program === 'kubectl' ? 'help' : '--version']))?.trim();
}

async function ask(
  { processes, host }: Pick<ProgramTools, 'processes' | 'host'>,
  command: [string, ...string[]],
): Promise<string | undefined> {
  const { environment } = host;
  const passed = ['GH_TOKEN', 'GITHUB_TOKEN', 'GH_CONFIG_DIR', 'XDG_CONFIG_HOME'].flatMap((name) => {
    const value = command[0] === 'gh' ? environment[name] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  const result = await (
    await processes()
  ).run({
    command,
    cwd: '/',
    env: { PATH: environment['PATH'] ?? '', HOME: environment['HOME'] ?? '/', ...Object.fromEntries(passed) },
    timeoutMs: 20_000,
  });
  return result.end.kind === 'exited' && result.end.code === 0 ? `${result.stdout}${result.stderr}` : undefined;
}
