import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kill } from 'node:process';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { git, inSentences, makeProject, smallProject, startMiyabi, testsWithoutNpm } from '../support/miyabi.ts';
import { freshPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What a run tells, one line each. */
export interface RunEvent {
  readonly type: string;
  readonly run?: string;
  readonly taskType?: string;
  readonly taskId?: string;
  readonly attemptId?: string;
  /** Epoch ms, by the clock of the database. */
  readonly at?: number;
  readonly state?: string;
  readonly status?: string;
}

/** Mends the project after so many seconds, and tests what it has mended. */
const agent = `command:sed -i.bak 's/a - b/a + b/' src/add.js && rm -f src/add.js.bak
printf "import assert from 'node:assert/strict';\\nimport { test } from 'node:test';\\nimport { add } from '../src/add.js';\\n\\ntest('adds for %s', () => assert.equal(add(20, 22), 42));\\n" $MIYABI_WORLD > test/more-$MIYABI_WORLD.test.js
sleep "\${SECONDS_OF_AGENT:-0}"`;

/**
 * A database, a remote, and machines that work on it, with state folders of their own. All of it is gone when it is disposed.
 *
 * @param options.database in place of one of its own.
 */
export async function distributedSite(options: { readonly leaseSeconds: number; readonly database?: string }) {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder('site-'));
  const url = options.database ?? opening.use(await freshPostgres()).url;
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const bare = join(folder.path, 'project.git');
  await git(folder.path, 'clone', '--quiet', '--bare', project, bare);
  await git(project, 'remote', 'add', 'origin', bare);
  const records = new pg.Pool({ connectionString: url, max: 2 });
  opening.defer(async () => await records.end());
  const env = {
    ...testsWithoutNpm,
    MIYABI_DATABASE_URL: url,
    MIYABI_DATABASE_LEASE_SECONDS: String(options.leaseSeconds),
    MIYABI_ISOLATION: 'none',
    MIYABI_CAPACITY_EVERY_SECONDS: '3600',
  };
  const stateOf = (name: string): string => join(folder.path, name);
  const started = new Set<ReturnType<typeof startMiyabi>>();
  // What was left running is ended before its database is.
  opening.defer(async () => {
    for (const process of started) process.kill('SIGKILL');
    await Promise.all(started);
  });
  const start = (name: string, args: readonly string[]) => {
    const process = startMiyabi(args, inSentences({ cwd: project, state: stateOf(name), env }));
    started.add(process);
    void process.then(() => started.delete(process));
    return process;
  };
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await records.query<Row>(text, [...values])).rows;
  const open = opening.move();
  return {
    path: folder.path,
    bare,
    query,
    /** A service that takes tasks. */
    machine: async (name: string, command: 'serve' | 'worker' = 'worker', args: readonly string[] = []) => {
      await mkdir(stateOf(name), { recursive: true });
      const process = start(name, [command, '--worlds', '2', ...(args.includes('--listen') ? [] : ['--listen', 'none']), ...args]);
      const said: string[] = [];
      let heard = Promise.withResolvers<void>();
      createInterface({ input: process.stderr }).on('line', (line) => {
        said.push(line);
        heard.resolve();
        heard = Promise.withResolvers();
      });
      /** Resolves once it has said something that begins so. @throws when it ends before. */
      const until = async (beginning: string): Promise<void> => {
        while (!said.some((line) => line.startsWith(beginning))) {
          const ended = await Promise.race([heard.promise.then(() => false), process.then(() => true)]);
          if (ended) throw new Error(`${name} has ended: ${said.join('\n')}`);
        }
      };
      /** As an operator does it; nobody ends it by force when it takes its time. */
      const stop = (): void => void (process.pid === undefined || kill(process.pid, 'SIGTERM'));
      return { name, said, process, until, stop };
    },
    /** Starts a run and watches it. */
    run: (issue: string, onEvent: (event: RunEvent) => void = () => undefined, agentSeconds = 0) => {
      const command = agent.replace('${SECONDS_OF_AGENT:-0}', String(agentSeconds));
      const process = start('watcher', ['run', issue, '--worlds', '2', '--agent', command, '--json']);
      createInterface({ input: process.stdout }).on('line', (line) => onEvent(JSON.parse(line) as RunEvent));
      return process;
    },
    /** Any other command. */
    miyabi: (args: readonly string[], name = 'watcher') => start(name, args),
    /** The machine's process that executes an attempt, or has. */
    executorOf: async (attemptId: string): Promise<number | undefined> => {
      const rows = await query<{ pid: number }>(
        'SELECT process.pid::int AS pid FROM weaver_attempt AS attempt JOIN weaver_process AS process ON process.id = attempt.owner WHERE attempt.id = $1',
        [attemptId],
      );
      return rows[0]?.pid;
    },
    refs: async (): Promise<readonly string[]> => (await git(bare, 'for-each-ref', '--format=%(refname)')).split('\n'),
    /** What there still is of a machine: worlds on its disk, mounts, programs within its folder. */
    left: (name: string): readonly string[] => leftOf(stateOf(name)),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

export type DistributedSite = Awaited<ReturnType<typeof distributedSite>>;
export type SiteMachine = Awaited<ReturnType<DistributedSite['machine']>>;

function leftOf(state: string): readonly string[] {
  const worlds = join(state, 'worlds');
  const folders = existsSync(worlds) ? readdirSync(worlds).map((name) => join(worlds, name)) : [];
  if (!existsSync('/proc/self/mountinfo')) return folders;
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${worlds}/`));
  return [...folders, ...mounts, ...programsWithin(worlds)];
}

/** Processes that work in a folder. */
function programsWithin(folder: string): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
    } catch {
      return false; // It has ended meanwhile, or is not ours to look at.
    }
  });
}
