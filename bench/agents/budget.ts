import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { lockedOwner } from '../../src/adapters/owner.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { MoneyLimit } from '../../src/domain/money-scope.ts';
import { atMost, figure } from '../support/figures.ts';
import { spread } from '../support/rounds.ts';
import type { Part } from '../support/parts.ts';
import { startProvider } from './provider.ts';
import { endWithUs } from './run.ts';
import type { SpendingRequest } from './spending-program.ts';

/** Some eighty calls, in micro-USD. */
const limitMicroUsd = 40_000;
const limits: readonly MoneyLimit[] = [
  { scope: 'run', key: 'job', limitMicroUsd },
  { scope: 'month', key: '2026-11', limitMicroUsd: 1_000_000_000 },
];
/** One of the two is killed while calls of it are under way, when the provider has seen so many. */
const killedAt = 40;
const answerMs = 15;
const program = fileURLToPath(new URL('spending-program.ts', import.meta.url));

interface Spent {
  /** What was spent and reserved at most, at any moment; of the highest that one call may cost: how far beyond the limit. */
  readonly beyond: number;
  readonly mostMicroUsd: number;
  readonly highestMicroUsd: number;
  /** Calls that the provider saw, and those of them that are in no book. */
  readonly calls: number;
  readonly unbooked: number;
  /** Calls that the killed process had under way. */
  readonly cutOff: number;
}

/** A small budget, ten agents in two processes, one of them killed. */
export const budget: Part = {
  name: 'budget',
  measure: async (bench) => {
    const rounds: Spent[] = [];
    for (let round = 0; round < bench.rounds; round += 1) rounds.push(await spendAll(bench.folder()));
    const beyond = rounds.map((each) => each.beyond);
    const calls = rounds.map((each) => each.calls);
    const most = rounds.map(({ mostMicroUsd }) => mostMicroUsd);
    const highest = Math.max(...rounds.map(({ highestMicroUsd }) => highestMicroUsd));
    const cutOff = rounds.map((each) => each.cutOff);
    return {
      figures: [
        figure('budget: most ever beyond the limit', Math.max(...beyond), 'of one call', {
          goal: atMost(1),
          detail: `the worst of ${rounds.length} rounds, at any moment: ${Math.max(...most)} of ${limitMicroUsd} micro-USD, one call at most ${highest}; ten agents in two processes, one killed with ${Math.min(...cutOff)} to ${Math.max(...cutOff)} calls under way`,
        }),
        figure('budget: calls that are in no book', Math.max(...rounds.map(({ unbooked }) => unbooked)), 'calls', {
          goal: atMost(0),
          detail: `the worst round; calls that the provider saw: ${spread(calls)}`,
        }),
        figure('budget: used in the end', (100 * Math.min(...most)) / limitMicroUsd, '% of the limit', {
          detail: 'the least of all rounds: nobody stops long before the end',
        }),
      ],
    };
  },
};

async function spendAll(folder: string): Promise<Spent> {
  const path = join(folder, 'miyabi.db');
  await (await openDatabase(path, { clock: systemClock, ids: systemIds })).close();
  watch(path);
  await using provider = await startProvider('spending', answerMs);
  const start = (name: string): Spender => startSpender({ folder, urls: provider.urls, limits, name });
  await using dying = start('dying');
  await using living = start('living');
  await provider.came(killedAt);
  await dying.kill();
  await living.usedUp();
  await living.end();
  await settle(folder, path);
  using raw = new DatabaseSync(path, { readOnly: true });
  const number = (sql: string): number => Number(Object.values(raw.prepare(sql).get() ?? {})[0]);
  const mostMicroUsd = number("SELECT most FROM bench_most WHERE scope = 'run'");
  const highestMicroUsd = number('SELECT max(most_micro_usd) FROM miyabi_call');
  const calls = (await provider.asked()).length;
  const unbooked = calls - number('SELECT count(*) FROM miyabi_call');
  const cutOff = number("SELECT count(*) FROM miyabi_call WHERE status = 'unsure'");
  return { beyond: (mostMicroUsd - limitMicroUsd) / highestMicroUsd, mostMicroUsd, highestMicroUsd, calls, unbooked, cutOff };
}

/** Has the database itself remember the most that was ever spent and reserved: nobody who looks now and then sees every moment. */
function watch(path: string): void {
  using raw = new DatabaseSync(path);
  const remember = `INSERT INTO bench_most VALUES (new.scope, new.spent_micro_usd + new.reserved_micro_usd)
    ON CONFLICT (scope) DO UPDATE SET most = max(most, excluded.most);`;
  raw.exec(`CREATE TABLE bench_most (scope TEXT PRIMARY KEY, most INTEGER);
    CREATE TRIGGER bench_inserted AFTER INSERT ON miyabi_budget BEGIN ${remember} END;
    CREATE TRIGGER bench_updated AFTER UPDATE ON miyabi_budget BEGIN ${remember} END;`);
}

/** As the next start does it, where nobody has done it before. */
async function settle(folder: string, path: string): Promise<void> {
  const database = await openDatabase(path, { clock: systemClock, ids: systemIds });
  const owner = lockedOwner(sqliteLocks(join(folder, 'locks')), systemIds.next());
  try {
    await database.ledger.money.settleAbandoned(async (other) => await owner.isAlive(other));
  } finally {
    await owner[Symbol.asyncDispose]();
    await database.close();
  }
}

interface Spender extends AsyncDisposable {
  /** Waits until all of its agents were told that the budget is used up. */
  usedUp(): Promise<void>;
  kill(): Promise<void>;
  end(): Promise<void>;
}

function startSpender(request: SpendingRequest): Spender {
  const child = spawn(process.execPath, [program, JSON.stringify(request)], { stdio: ['pipe', 'pipe', 'inherit'] });
  endWithUs(child);
  const ended = once(child, 'exit');
  const usedUp = said(child);
  usedUp.catch(() => undefined);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    usedUp: () => usedUp,
    kill,
    end: async () => {
      child.stdin.end();
      await ended;
    },
    [Symbol.asyncDispose]: kill,
  };
}

async function said(child: ChildProcess): Promise<void> {
  const [, text] = await Promise.race([
    once(child, 'exit').then(([code]) => [code, undefined] as const),
    once(child.stdout!, 'data').then(([data]) => [0, String(data)] as const),
  ]);
  if (text === undefined) throw new Error('The program that spends ended before its budget did.');
}
