import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { entryPoint } from '../../src/domain/entry-point.ts';
import type { ProgramMessage, ProgramRequest } from './program.ts';
import type { Waits } from './waits.ts';

/** What several processes made of one file. */
export interface UnderLoad {
  readonly survivors: readonly Survivor[];
  /** How long after `kill -9` the last task that the process was executing was back in other hands, in ms. */
  readonly backAfterMs: number;
  /** How many it was executing. */
  readonly tookWithIt: number;
  /** Leases that a living process has lost. */
  readonly leasesLost: number;
  /** Tasks that succeeded more or less often than once, of all that have ended. */
  readonly notOnce: number;
  /** What the survivors printed as errors. */
  readonly errors: string;
}

export interface Survivor {
  readonly tasksPerSecond: number;
  /** The longest time between two ends of its tasks, in ms. */
  readonly longestPauseMs: number;
  readonly waits: Waits;
}

/** Lets three processes work on a folder for `ms` and kills one of them in the middle. Ends all of them. */
export async function underLoad(folder: string, ms: number): Promise<UnderLoad> {
  const programs: Program[] = [];
  try {
    const victim = new Program({ folder, holds: 8, spins: true });
    programs.push(victim);
    await victim.until('holds');
    const others = [true, false].map((spins) => new Program({ folder, holds: 0, spins }));
    programs.push(...others);
    for (const other of others) await other.until('works');
    const since = Date.now();
    await delay(ms / 2);
    const killedAt = Date.now();
    await victim.kill();
    await delay(ms / 2);
    const until = Date.now();
    for (const other of others) await other.stop();
    const victimId = (await victim.until('works')).process;
    using records = new DatabaseSync(join(folder, 'weaver.db'), { readOnly: true });
    return {
      survivors: await Promise.all(others.map(async (other) => survivor(records, other, { since, until }))),
      ...back(records, victimId, killedAt),
      leasesLost: numberOf(records, "SELECT count(*) AS value FROM weaver_attempt WHERE cause = 'lease-lost'"),
      notOnce: numberOf(
        records,
        `SELECT count(*) AS value FROM weaver_task task WHERE ended_at IS NOT NULL AND 1 <> (
          SELECT count(*) FROM weaver_attempt WHERE task_id = task.id AND outcome = 'success')`,
      ),
      errors: others.map(({ errors }) => errors).join(''),
    };
  } finally {
    for (const program of programs) await program.kill();
  }
}

async function survivor(
  records: DatabaseSync,
  program: Program,
  span: { readonly since: number; readonly until: number },
): Promise<Survivor> {
  const { process: id } = await program.until('works');
  const { waits } = await program.until('stopped');
  const ends = records
    .prepare(
      "SELECT ended_at AS at FROM weaver_attempt WHERE owner = ? AND outcome = 'success' AND ended_at BETWEEN ? AND ? ORDER BY ended_at",
    )
    .all(id, span.since, span.until)
    .map((row) => Number(row['at']));
  const pauses = [span.since, ...ends].map((at, index) => (ends[index] ?? span.until) - at);
  return { tasksPerSecond: (ends.length * 1_000) / (span.until - span.since), longestPauseMs: Math.max(...pauses), waits };
}

function back(records: DatabaseSync, victim: string, killedAt: number): Pick<UnderLoad, 'backAfterMs' | 'tookWithIt'> {
  const row = records
    .prepare("SELECT count(*) AS tasks, max(ended_at) AS at FROM weaver_attempt WHERE owner = ? AND cause = 'process-died'")
    .get(victim);
  const open = records.prepare('SELECT count(*) AS tasks FROM weaver_attempt WHERE owner = ? AND ended_at IS NULL').get(victim);
  const backAfterMs = open?.['tasks'] === 0 ? Number(row?.['at']) - killedAt : Infinity;
  return { tookWithIt: Number(row?.['tasks']), backAfterMs };
}

function numberOf(records: DatabaseSync, sql: string): number {
  return Number(records.prepare(sql).get()?.['value']);
}

class Program {
  errors = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #messages: ProgramMessage[] = [];

  constructor(request: ProgramRequest) {
    this.#child = fork(entryPoint(import.meta.url, './program'), [JSON.stringify(request)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#exited = once(this.#child, 'close');
    this.#child.on('message', (message) => this.#messages.push(message as ProgramMessage));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
  }

  async until<Type extends ProgramMessage['type']>(type: Type): Promise<Extract<ProgramMessage, { readonly type: Type }>> {
    for (;;) {
      const found = this.#messages.find((message) => message.type === type);
      if (found !== undefined) return found as Extract<ProgramMessage, { readonly type: Type }>;
      if (this.#child.exitCode !== null) throw new Error(`A process ended before it said «${type}»: ${this.errors}`);
      await Promise.race([once(this.#child, 'message'), this.#exited]);
    }
  }

  async stop(): Promise<void> {
    this.#child.send('stop');
    await this.#exited;
    if (this.#child.exitCode !== 0) throw new Error(`A process ended with ${this.#child.exitCode}: ${this.errors}`);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
