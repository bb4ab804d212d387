import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { JobId, TaskId } from '../../../domain/ids.ts';
import type { MoneyLimit, MoneyStand } from '../../../domain/money-scope.ts';
import { overLedgers } from '../../../../test/support/ledger.ts';
import type { TestLedger } from '../../../../test/support/ledger.ts';
import type { MoneyRequest } from './testing/money-program.ts';
import type { RateRequest } from './testing/rate-program.ts';

interface Program extends AsyncDisposable {
  /** The next line that it prints. @throws when it prints none any more. */
  line(): Promise<string>;
  /** All lines until its end. */
  rest(): Promise<readonly string[]>;
  go(): void;
  /** Ends it as nothing can be ended more abruptly. */
  kill(): Promise<void>;
  /** Tells it that nobody listens any more, and waits. */
  end(): Promise<void>;
}

function start(name: string, request: object): Program {
  const program = fileURLToPath(new URL(`testing/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(request)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error(`${name} has ended.`);
      return next.value;
    },
    rest: async () => await Array.fromAsync({ [Symbol.asyncIterator]: () => lines }),
    go: () => child.stdin.write('go\n'),
    kill,
    end: async () => {
      child.stdin.end();
      await exited;
    },
    [Symbol.asyncDispose]: kill,
  };
}

const highest = 200;
const limits: readonly MoneyLimit[] = [
  { scope: 'task', key: 'task', limitMicroUsd: 1_000_000 },
  { scope: 'run', key: 'job', limitMicroUsd: 40_000 },
  { scope: 'month', key: '2026-11', limitMicroUsd: 35_000 },
];
const call: MoneyRequest['call'] = {
  jobId: 'job' as JobId,
  taskId: 'task' as TaskId,
  planTask: undefined,
  world: undefined,
  purpose: 'agent',
  provider: 'one',
  model: 'small',
  mostMicroUsd: highest,
  limits,
};

/** What the calls come to by themselves, for each budget. */
async function addedUp(opened: TestLedger, { scope, key }: MoneyLimit): Promise<object> {
  const [sums] = await opened.rows(
    `SELECT coalesce(sum(cost_micro_usd), 0) AS "spentMicroUsd",
        coalesce(sum(CASE WHEN status = 'open' THEN most_micro_usd ELSE 0 END), 0) AS "reservedMicroUsd"
      FROM miyabi_call WHERE budget_${scope} = '${key}'`,
  );
  return { ...sums };
}

const used = ({ spentMicroUsd, reservedMicroUsd }: MoneyStand) => spentMicroUsd + reservedMicroUsd;
const within = (stand: MoneyStand) => used(stand) < stand.limitMicroUsd + highest;

overLedgers((openTestLedger) => {
  it('ten callers in two processes never exceed a budget by more than one call, also when one process is killed', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    for (const limit of limits) await money.release(limit, 'ada');
    const request = { place: opened.place, callers: 5, call };
    await using dying = start('money-program', { ...request, owner: 'dying', calls: 20 } satisfies MoneyRequest);
    // Together they cannot spend the budget before all of them hold what they have reserved.
    await using living = start('money-program', { ...request, owner: 'living', calls: 100 } satisfies MoneyRequest);
    for (const program of [dying, living]) expect(await program.line()).toBe('go');
    for (const program of [dying, living]) program.go();
    for (const program of [dying, living]) {
      for (let caller = 0; caller < 5; caller += 1) {
        expect(await program.line()).toBe('holds');
        expect((await money.stands(limits)).every(within)).toBe(true);
      }
    }
    await dying.kill();
    const killed = await money.stands(limits);
    expect(killed.every((stand) => within(stand) && stand.reservedMicroUsd >= 10)).toBe(true);
    living.go();
    for (let caller = 0; caller < 5; caller += 1) {
      expect(await living.line()).toBe('stopped');
      expect((await money.stands(limits)).every(within)).toBe(true);
    }
    await living.end();

    const before = await money.stands(limits);
    expect(await money.settleAbandoned(async (owner) => owner !== 'dying')).toBe(5);
    const after = await money.stands(limits);
    expect(after.map(used)).toEqual(before.map(used));
    const sums = await Promise.all(limits.map((limit) => addedUp(opened, limit)));
    expect(after).toMatchObject(sums.map((sum) => ({ ...sum, reservedMicroUsd: 0 })));
    expect(await money.spent({})).toMatchObject({ unsure: 5, reservedMicroUsd: 0, costMicroUsd: after[0]?.spentMicroUsd });
    const [, , full] = after;
    expect(full && used(full)).toBeGreaterThanOrEqual(35_000);
  });

  it('two processes share one window of turns, also when one of them is killed', async () => {
    await using opened = await openTestLedger();
    const rate = { requests: 50, tokens: 40_000, windowMs: 60_000 };
    const request = { place: opened.place, key: 'one', callers: 5, limits: rate };
    await using dying = start('rate-program', { ...request, turns: 1e6 } satisfies RateRequest);
    await using living = start('rate-program', { ...request, turns: 100 } satisfies RateRequest);
    for (const program of [dying, living]) expect(await program.line()).toBe('go');
    for (const program of [dying, living]) program.go();
    for (let turn = 0; turn < 50; turn += 1) await Promise.all([dying.line(), living.line()]);
    await dying.kill();
    expect(await living.rest()).toHaveLength(450);

    const turns = (await opened.rows('SELECT at, tokens FROM miyabi_rate_permit ORDER BY at')) as unknown as {
      at: number;
      tokens: number;
    }[];
    expect(turns.length).toBeGreaterThanOrEqual(550);
    const fullest = { requests: 0, tokens: 0 };
    for (const { at: end } of turns) {
      const inWindow = turns.filter(({ at }) => at > end - rate.windowMs && at <= end);
      fullest.requests = Math.max(fullest.requests, inWindow.length);
      fullest.tokens = Math.max(
        fullest.tokens,
        inWindow.reduce((sum, turn) => sum + turn.tokens, 0),
      );
    }
    expect(fullest.requests).toBe(rate.requests);
    expect(fullest.tokens).toBeLessThanOrEqual(rate.tokens);
  });
});
