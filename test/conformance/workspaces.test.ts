import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { gitStand } from '../support/git-stand.ts';
import { temporaryFolder } from '../support/temporary.ts';
import type { TemporaryFolder } from '../support/temporary.ts';
import { workspacesConformance } from './workspaces-conformance.ts';
import type { RunCase } from './workspaces-conformance.ts';

const program = fileURLToPath(new URL('workspaces-program.ts', import.meta.url));
const ladder = await ladderHere();

workspacesConformance('overlay', 'overlay', { missing: async () => ladder.overlay });
for (const only of ['pool', 'checkout'] as const)
  workspacesConformance(only, only, { missing: async () => ladder[only], tags: ['campaign'] });

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
  userProblem = problemOf(() => execFileSync(prefix[0], [...prefix.slice(1), 'true'], { stdio: 'pipe' }));
});

const usersCases = casesElsewhere(prefix, () => userFolder?.path ?? '/');

afterAll(async () => {
  await usersCases[Symbol.asyncDispose]();
  await userFolder?.[Symbol.asyncDispose]();
});

workspacesConformance('overlay as an ordinary user', 'overlay', {
  missing: async () => userProblem,
  run: usersCases.run,
  tags: ['campaign'],
});

let disk: { readonly folder: TemporaryFolder; readonly mounted: string } | { readonly problem: string } | undefined;

const diskCases = casesElsewhere([], () => (disk !== undefined && 'mounted' in disk ? disk.mounted : '/'));

afterAll(async () => {
  await diskCases[Symbol.asyncDispose]();
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
  run: diskCases.run,
  tags: ['campaign'],
});

/** Why a rung cannot be tried here; nothing where it can. */
async function ladderHere(): Promise<Readonly<Partial<Record<WorkspaceMethod, string>>>> {
  await using stand = await gitStand();
  const rungs = await stand.workspaces.ladder();
  return Object.fromEntries(rungs.filter(({ usable }) => !usable).map(({ method, detail }) => [method, detail]));
}

/** Runs cases in one program that is started at the first of them. @param temporary where it makes what it needs. */
function casesElsewhere(before: readonly string[], temporary: () => string): AsyncDisposable & { readonly run: RunCase } {
  let started: ReturnType<typeof start> | undefined;
  function start(only: WorkspaceMethod) {
    const [first, ...rest] = [...before, process.execPath, program, only];
    const child = spawn(first, rest, { env: { ...process.env, TMPDIR: temporary(), HOME: '/nonexistent' }, stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    // A program that is gone says so by its silence.
    child.stdin.on('error', () => undefined);
    return { child, answers: createInterface({ input: child.stdout })[Symbol.asyncIterator](), said: () => said };
  }
  return {
    async run(name, only) {
      started ??= start(only);
      started.child.stdin.write(`${name}\n`);
      for (;;) {
        const { value, done } = await started.answers.next();
        if (done === true) throw new Error(`The program that runs the cases has ended: ${started.said()}`);
        const answer = JSON.parse(value) as { readonly name: string; readonly problem?: string };
        // An earlier one may have been given up on before it ended.
        if (answer.name !== name) continue;
        if (answer.problem !== undefined) throw new Error(`${answer.problem}\n${started.said()}`);
        return;
      }
    },
    async [Symbol.asyncDispose]() {
      if (started === undefined || started.child.exitCode !== null) return;
      const closed = once(started.child, 'close');
      started.child.stdin.end();
      await closed;
    },
  };
}

function problemOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n').find((line) => line !== '') ?? error.message) : String(error);
  }
}
