import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { gitStand } from '../support/git-stand.ts';
import { temporaryFolder } from '../support/temporary.ts';
import type { TemporaryFolder } from '../support/temporary.ts';
import { workspacesConformance } from './workspaces-conformance.ts';

const program = fileURLToPath(new URL('workspaces-program.ts', import.meta.url));
const ladder = await ladderHere();

for (const only of ['overlay', 'pool', 'checkout'] as const) workspacesConformance(only, only, { missing: async () => ladder[only] });

/** Somebody who is not root and has a namespace of their own, as Miyabi makes itself one. */
const user = 65_533;
const asUser = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'] as const;
const ownNamespace = ['unshare', '--map-current-user', '--keep-caps', '--mount'] as const;
const prefix = process.getuid?.() === 0 ? [...asUser, ...ownNamespace] : ownNamespace;
let userFolder: TemporaryFolder | undefined;
let userProblem: string | undefined;

beforeAll(async () => {
  userFolder = await temporaryFolder();
  if (process.getuid?.() === 0) chownSync(userFolder.path, user, user);
  userProblem = problemOf(() => runAs(prefix, ['true'], '/'));
});

afterAll(async () => await userFolder?.[Symbol.asyncDispose]());

workspacesConformance('overlay as an ordinary user', 'overlay', {
  missing: async () => userProblem,
  run: async (name, only) => runAs(prefix, [process.execPath, program, only, name], userFolder?.path ?? '/'),
});

let disk: { readonly folder: TemporaryFolder; readonly mounted: string } | { readonly problem: string } | undefined;

afterAll(async () => {
  if (disk === undefined || 'problem' in disk) return;
  execFileSync('umount', ['-l', disk.mounted]);
  await disk.folder[Symbol.asyncDispose]();
});

/** A disk whose files can share blocks, in a file of its own. */
async function sharingDisk(): Promise<typeof disk & object> {
  const folder = await temporaryFolder();
  const image = join(folder.path, 'disk');
  const mounted = join(folder.path, 'mounted');
  mkdirSync(mounted);
  writeFileSync(image, '');
  truncateSync(image, 512 * 1024 * 1024);
  const problems: string[] = [];
  for (const make of [
    ['mkfs.btrfs', '-q', image],
    ['mkfs.xfs', '-q', '-m', 'reflink=1', image],
  ] as const) {
    const problem = problemOf(() => {
      execFileSync(make[0], make.slice(1), { stdio: 'pipe' });
      execFileSync('mount', ['-o', 'loop', image, mounted], { stdio: 'pipe' });
    });
    if (problem === undefined) return { folder, mounted };
    problems.push(problem);
  }
  await folder[Symbol.asyncDispose]();
  return { problem: `no disk with shared blocks can be made here: ${problems.join('; ')}` };
}

workspacesConformance('reflink', 'reflink', {
  async missing() {
    disk ??= await sharingDisk();
    return 'problem' in disk ? disk.problem : undefined;
  },
  run: async (name, only) =>
    runAs([], [process.execPath, program, only, name], disk !== undefined && 'mounted' in disk ? disk.mounted : '/'),
});

/** Why a rung cannot be tried here; nothing where it can. */
async function ladderHere(): Promise<Readonly<Partial<Record<WorkspaceMethod, string>>>> {
  await using stand = await gitStand();
  const rungs = await stand.workspaces.ladder();
  return Object.fromEntries(rungs.filter(({ usable }) => !usable).map(({ method, detail }) => [method, detail]));
}

/** @throws Error with what the program printed. */
function runAs(before: readonly string[], command: readonly string[], temporary: string): void {
  const [first = '', ...rest] = [...before, ...command];
  const environment = { ...process.env, TMPDIR: temporary, HOME: '/nonexistent' };
  execFileSync(first, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

function problemOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n').find((line) => line !== '') ?? error.message) : String(error);
  }
}
