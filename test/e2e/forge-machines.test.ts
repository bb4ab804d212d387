/** @module-tag campaign */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import type { GithubService } from '../support/github-service.ts';
import { githubService } from '../support/github-service.ts';
import { smallProject, startMiyabi } from '../support/miyabi.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';

const lacking = noPostgres();

/** Cheap, and of machines that are missed soon. */
const settings = {
  MIYABI_ISOLATION: 'none',
  MIYABI_WORLDS_COUNT: '1',
  MIYABI_AGENT_NAME: 'command',
  MIYABI_AGENT_COMMAND: `case "$(cat)" in *documented*) sed -i '1i // Adds and doubles.' src/add.js ;; *) sed -i 's/a - b/a + b/' src/add.js; sleep 2 ;; esac; echo "- does as it was told"`,
  MIYABI_CHECKS_COVERAGE: 'false',
  MIYABI_DATABASE_LEASE_SECONDS: '3',
  MIYABI_CAPACITY_EVERY_SECONDS: '3600',
  // With a token only what is named is looked through.
  MIYABI_FORGE_GITHUB_REPOSITORIES: '["acme/widgets"]',
};

/** What only the machine at the door has: workers are let in at no forge, and are told no secrets. */
const ofTheDoor = ['GITHUB_TOKEN', 'MIYABI_WEBHOOK_SECRET'];

it.skipIf(lacking !== undefined)(
  `an issue at GitHub is merged by machines of which not all are let in there, though a worker and the service die${lacking === undefined ? '' : ` (${lacking})`}`,
  { timeout: 240_000 },
  async () => {
    await using database = await freshPostgres();
    await using service = await githubService(smallProject, { ...settings, MIYABI_DATABASE_URL: database.url }, () => undefined);
    await using site = machines(service, database.url);
    await Promise.all([site.start('one', 'worker'), site.start('two', 'worker')]);
    await service.start();
    const { github } = service;
    const first = await github.createIssue({ title: 'add() subtracts', body: 'It is in src/add.js.', labels: ['complexity:low'] });
    await github.label(first, 'miyabi');
    // Whoever lives the world dies with it.
    const victim = await site.executorOf('miyabi.world.run');
    await (victim === undefined ? service.kill() : site.kill(victim));
    if (victim === undefined) await service.start();
    await site.ended(1);
    await expectMerged(service, first);

    // The one at the door is gone, and the other one looks for itself what has happened: only one of them does at a time.
    await site.start('another', 'serve', service.env);
    expect(await site.rows(`SELECT 1 FROM weaver_lock WHERE name = 'miyabi-sweep'`)).toHaveLength(1);
    await service.kill();
    const second = await github.createIssue({ title: 'twice() is not documented', body: 'See src/add.js.', labels: ['complexity:low'] });
    await github.label(second, 'miyabi');
    await site.ended(2);
    await expectMerged(service, second);

    github.assertAsDescribed();
    const attempts = await site.rows(
      `SELECT task.type, attempt.outcome, attempt.reason, process.pid::int AS pid FROM weaver_attempt AS attempt
         JOIN weaver_task AS task ON task.id = attempt.task_id JOIN weaver_process AS process ON process.id = attempt.owner`,
    );
    const wrong = attempts.filter(({ outcome }) => outcome === 'failure' || outcome === 'error');
    expect(wrong.filter(({ reason }) => !String(reason).endsWith('ended without settling it'))).toEqual([]);
    expect(wrong.map(({ type }) => type)).toContain('miyabi.world.run');
    const atForge = /^miyabi\.(?:forge\.|issue\.analyse|run\.(?:pull-request|ci|merge|close))/;
    // On a busy machine the one at the door may have been first at every task of this small run.
    const byWorkers = attempts.filter(({ pid }) => site.workers.has(Number(pid))).map(({ type }) => String(type));
    expect(byWorkers.filter((type) => atForge.test(type))).toEqual([]);
  },
);

async function expectMerged(service: GithubService, number: number): Promise<void> {
  const { github } = service;
  const pullRequests = (await github.pullRequests()).filter(({ body }) => body?.includes(`Closes #${number}`));
  expect(
    pullRequests.map(({ merged }) => merged),
    service.said(),
  ).toEqual([true]);
  expect(await github.issue(number)).toMatchObject({ state: 'closed' });
  const kinds = (await github.comments(number)).map(({ body }) => /<!-- miyabi:run_\w+:([\w-]+) -->/.exec(body)?.[1] ?? body);
  // Where a review is not needed, none is told of.
  expect(kinds.filter((kind) => kind !== 'review').toSorted()).toEqual(['plan', 'summary']);
}

/** Other machines on the records of a service, each with a state folder of its own. */
function machines(service: GithubService, url: string) {
  const records = new pg.Pool({ connectionString: url, max: 2 });
  const running = new Map<string, ReturnType<typeof startMiyabi>>();
  const workers = new Set<number>();
  const env = Object.fromEntries(Object.entries(service.env).filter(([name]) => !ofTheDoor.includes(name)));
  const rows = async (query: string): Promise<ReadonlyArray<Record<string, unknown>>> => (await records.query(query)).rows;
  async function until(query: string): Promise<Record<string, unknown>> {
    let row: Record<string, unknown> | undefined;
    await expect.poll(async () => ([row] = await rows(query)).length, { timeout: 60_000, interval: 100 }).toBeGreaterThan(0);
    return row!;
  }
  async function kill(name: string): Promise<void> {
    const machine = running.get(name);
    machine?.kill('SIGKILL');
    await machine;
    running.delete(name);
  }
  return {
    rows,
    kill,
    /** Process ids of all workers that there were. */
    workers,
    /** @param own environment of it; that of a machine which is let in nowhere when absent. */
    async start(name: string, command: 'worker' | 'serve', own: Readonly<Record<string, string>> = env) {
      const state = join(dirname(service.state), name);
      mkdirSync(state);
      const machine = startMiyabi([command, '--worlds', '1', '--listen', 'none'], { cwd: state, state, env: own });
      running.set(name, machine);
      if (command === 'worker') workers.add(machine.pid!);
      let said = '';
      await new Promise<void>((resolve, reject) => {
        machine.stderr?.on('data', (bytes: Buffer) => {
          said += bytes.toString();
          if (said.includes('Takes tasks')) resolve();
        });
        void machine.then(() => reject(new Error(`${name} has ended: ${said}`)));
      });
    },
    /** Resolves when so many runs have ended. */
    ended: async (count: number) =>
      await until(
        `SELECT 1 FROM weaver_job WHERE group_key NOT IN ('deliveries', 'notices') AND ended_at IS NOT NULL HAVING count(*) = ${count}`,
      ),
    /** Which machine executes a task of that type now, once one does; undefined for the service. */
    async executorOf(type: string): Promise<string | undefined> {
      const { pid } = await until(
        `SELECT process.pid::int AS pid FROM weaver_attempt AS attempt JOIN weaver_process AS process ON process.id = attempt.owner
           JOIN weaver_task AS task ON task.id = attempt.task_id WHERE task.type = '${type}' AND attempt.ended_at IS NULL`,
      );
      const [name] = [...running].find(([, machine]) => machine.pid === pid) ?? [];
      return name;
    },
    async [Symbol.asyncDispose]() {
      for (const name of running.keys()) await kill(name);
      await records.end();
    },
  };
}
