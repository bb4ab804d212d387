import { existsSync } from 'node:fs';
import type { ProcessRunner } from '../../../ports/process.ts';
import { systemProgram } from '../../namespace/capabilities.ts';
import type { KnownOptions } from './arguments.ts';
import { isFilteredArchitecture, seccompProgram } from './seccomp-program.ts';
import type { SupervisorPrograms } from './supervise.ts';

/** What the machine has to build walls with. */
export interface Tools extends SupervisorPrograms {
  readonly program: string;
  /** Our own Node, for what is ours inside. */
  readonly nodePath: string;
  readonly version: string;
  readonly options: KnownOptions;
  /** The seccomp program; absent where there is none for this processor or the kernel takes none. */
  readonly filter: Buffer | undefined;
}

/** Looks only where the system keeps its programs: what stands on the user's PATH has no say in who builds the walls. */
export async function findTools(runner: ProcessRunner, nodePath: string): Promise<Tools | { readonly reason: string }> {
  if (process.platform !== 'linux') return { reason: 'Bubblewrap is for Linux only.' };
  const program = systemProgram('bwrap') ?? ['/usr/local/bin/bwrap'].find((path) => existsSync(path));
  if (program === undefined) return { reason: 'There is no bubblewrap (`bwrap`) here; the package `bubblewrap` of the system has it.' };
  const ask = async (command: [string, ...string[]]) =>
    await runner.run({ command, cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 10_000, staysInGroup: true });
  const [help, version] = await Promise.all([ask([program, '--help']), ask([program, '--version'])]);
  const knows = (option: string): boolean => help.stdout.includes(` ${option} `);
  if (!knows('--perms')) return { reason: `${program} is too old: it has no --perms, which came with version 0.5.` };
  const env = systemProgram('env');
  const graceful = env !== undefined && (await ask([env, '--default-signal=TERM', '--', 'true'])).end.kind === 'exited';
  return {
    program,
    nodePath,
    version: /\d[\d.]*/.exec(version.stdout)?.[0] ?? 'of an unknown version',
    options: { disableUserns: knows('--disable-userns'), size: knows('--size') },
    filter: isFilteredArchitecture(process.arch) ? seccompProgram(process.arch) : undefined,
    sleep: systemProgram('sleep') ?? 'sleep',
    env: graceful ? env : undefined,
  };
}
