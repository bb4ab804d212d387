/** @module-tag campaign */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CostReport } from '../../src/operations/cost.ts';
import { inTerminal, whyNoTerminal } from '../support/in-terminal.ts';
import { endOfCommand } from '../support/miyabi.ts';
import { asks, edit, endOf, modelPlace, onceEach, right, tool, turns } from '../support/model-place.ts';
import type { Turn } from '../support/scripted-provider/scripted-provider.ts';

const minute = 60_000;
const noTerminal = whyNoTerminal();

function worth(usd: number) {
  return { usage: { inputTokens: Math.round(usd * 1_000_000), outputTokens: 0 } };
}

function look(path: string, usd: number): Turn {
  return { call: tool('read', { path }), ...worth(usd) };
}

/** Comes to 0.50, 0.80 and 0.92 USD before it has changed anything, and to 0.98 when it is done. */
const dear = turns(
  look('src/add.js', 0.5),
  look('package.json', 0.3),
  look('test/add.test.js', 0.12),
  { call: edit('a - b', 'a + b'), ...worth(0.05) },
  { say: 'It adds.', ...worth(0.01) },
);

describe(`the budget of a run${noTerminal === undefined ? '' : ` (at a terminal left out: ${noTerminal})`}`, () => {
  it(
    'has a person asked at 90 %, and is used up to its end when they say so; nothing is paid for twice',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await modelPlace({ dear });
      // It asks no model, and is done only when the other one waits: it is neither stopped nor begun anew.
      const patient = `echo begun >> ${here.folder}/patient; until [ -e ${here.folder}/go ]; do sleep 0.05; done; echo '// mine' >> src/add.js`;
      const begun = here.start([asks('dear'), { agent: 'command', command: patient }], ['--budget', '1']);
      for await (const line of begun) if (line.includes('run.question')) await writeFile(join(here.folder, 'go'), '');
      const first = await endOfCommand(begun);
      expect(first, first.stderr).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/Nobody is here to answer\. `.* approve run_\w+`/),
      });
      const question = '0.92 of 1.00 USD of the budget of this run are used up. May it be used to its end?';
      expect(first.lines).toContainEqual(expect.objectContaining({ type: 'run.question', text: question }));
      expect(first.lines.at(-1)).toMatchObject({
        status: 'waiting',
        costUsd: 0.92,
        tasks: [{ winner: null, worlds: [{ world: 'beta' }] }],
      });
      expect(here.provider.requests).toHaveLength(3);
      const waiting = await here.miyabi(['status', 'last']);
      expect(waiting.stdout).toMatch(/asks: 0\.92 of 1\.00 USD[^]*approve run_\w+` says yes, `reject` says no/);

      const end = await here.miyabi(['approve', 'last', '--json']);
      expect(end, end.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining(`Approved: ${question}`) });
      const { report, worlds } = endOf(end);
      expect(report).toMatchObject({ status: 'succeeded', costUsd: 0.98 });
      expect(worlds['alpha']).toMatchObject({ stop: 'done', costUsd: 0.98, models: { calls: 8, cachedCalls: 3 } });
      expect(await readFile(join(here.folder, 'patient'), 'utf8')).toBe('begun\n');
      // Nothing that was answered before is asked again.
      expect(here.provider.requests).toHaveLength(5);
      const { stdout: shown } = await here.miyabi(['show', 'last']);
      expect(shown).toMatch(/task-1\/alpha\.run asks: 0\.92 of 1\.00 USD[^]*task-1\/alpha\.run is told yes: \w+/);
    },
  );

  it.skipIf(noTerminal !== undefined)(
    'is asked about at a terminal, while the run goes on',
    async () => {
      await using here = await modelPlace({ dear });
      const env = { ...here.env, MIYABI_AGENT_MODEL: 'scripted/dear' };
      const args = ['run', 'add() subtracts', '--agent', 'model', '--worlds', '1', '--budget', '1'];
      const { code, sent } = await inTerminal(here, args, { columns: 100, rows: 30, env, answers: ['No', 'y'] });
      expect(code, sent).toBe(0);
      // What has been spent so far stands above the worlds while they work.
      expect(sent).toMatch(/agent model · .* · 0\.\d\d of 1\.00 USD/);
      expect(sent).toContain('May it be used to its end?');
      expect(here.provider.requests).toHaveLength(5);
      expect((await here.miyabi(['show', 'last'])).stdout).toMatch(/alpha\.run is told yes: \w+/);
    },
    3 * minute,
  );

  it('ends the run when a person says no', { tags: ['campaign'], timeout: 3 * minute }, async () => {
    await using here = await modelPlace({ dear });
    expect(await here.run([asks('dear')], ['--budget', '1'])).toMatchObject({ code: 4 });
    const end = await here.miyabi(['reject', 'last', '--reason', 'too dear']);
    expect(end, end.stderr).toMatchObject({ code: 5, stdout: expect.stringMatching(/A budget ended alpha before the work was done/) });
    expect(here.provider.requests).toHaveLength(3);
    const shown = await here.miyabi(['show', 'last']);
    expect(shown.stdout).toMatch(
      /is told no: \w+ \(too dear\)[^]*the world ended as failed \(limit: cost\): The budget of this run is nearly used up/,
    );
    expect((await here.miyabi(['status', 'last'])).stdout).toMatch(/because: no world passed/);
    expect(await here.git('branch', '--list', 'miyabi/*')).toBe('');
  });

  it(
    'is told at 75 %, and with --yes used up to its end without a question; that of a world ends this world alone, and who was done in time wins',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      const done = Promise.withResolvers<void>();
      await using here = await modelPlace({
        right: (request) => {
          if (request.turnIndex > 0) done.resolve();
          return right(request);
        },
        bounded: dear,
        late: async (request) => {
          await done.promise;
          return dear(request);
        },
      });
      const end = await here.run([asks('right'), { ...asks('bounded'), costUsd: 0.5 }, asks('late')], ['--budget', '1.3', '--yes']);
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const { report, worlds } = endOf(end);
      expect(report.tasks[0]!.winner).toBe('alpha');
      expect(worlds).toMatchObject({
        beta: {
          stop: 'limit: cost',
          reason:
            'The budget of this world is used up: 0.50 of 0.50 USD. To go on, raise `budget.worldUsd`, or `costUsd` of that world in `worlds.settings`.',
          costUsd: 0.5,
        },
        gamma: {
          stop: 'limit: cost',
          reason: 'The budget of this run is used up: 1.30 of 1.30 USD. To go on, raise `budget.issueUsd`.',
          costUsd: 0.8,
        },
      });
      expect(report.warnings).toEqual([
        'While beta worked, 0.50 of 0.50 USD of the budget of this world are used up: nothing more is asked.',
        expect.stringMatching(
          /^While gamma worked, 1\.01 of 1\.30 USD of the budget of this run may be used up, 0\.01\d* of it by calls under way\.$/,
        ),
        'While gamma worked, 1.30 of 1.30 USD of the budget of this run are used up: nothing more is asked.',
        'A budget ended beta, gamma before the work was done.',
      ]);
      expect(end.stdout).not.toContain('run.question');
      const spent = await here.miyabi(['cost', 'last']);
      expect(spent.stdout).toMatch(/Budget of run_\w+: 1\.30 of 1\.30 USD \(100 %\)/);
    },
  );

  it('has no process wait for it where only a task or a world comes to the end of its own', async () => {
    await using here = await modelPlace({ dear });
    const end = await here.run([asks('dear')], [], { MIYABI_BUDGET_TASK_USD: '0.55' });
    expect(end, end.stderr).toMatchObject({ code: 5 });
    expect(endOf(end).worlds['alpha']).toMatchObject({
      stop: 'limit: cost',
      reason:
        'The budget of this task is nearly used up: 0.50 of 0.55 USD, and nobody has said that the rest may be spent. To go on, say so when asked, or raise `budget.taskUsd`.',
    });
    expect((await here.miyabi(['show', 'last'])).stdout).toMatch(/asks: 0\.50 of 0\.55 USD[^]*is told no: nobody was there to ask/);
  });
});

describe('a run that is killed in the middle of a call', () => {
  it('counts the call at its most, and pays for none again that was answered', { tags: ['campaign'], timeout: 3 * minute }, async () => {
    const work = turns(look('src/add.js', 0.3), { call: edit('a - b', 'a + b'), ...worth(0.1) }, { say: 'It adds.' });
    const second = onceEach(['endless'], work);
    await using here = await modelPlace({ killed: (request) => (request.turnIndex === 1 ? second : work)(request) });
    const first = here.start([asks('killed')], ['--budget', '1']);
    await here.provider.waitForRequest(2);
    first.kill('SIGKILL');
    await first;
    const end = await here.miyabi(['resume', '--json']);
    expect(end, end.stderr).toMatchObject({ code: 0 });
    expect(here.provider.requests.map(({ turnIndex }) => turnIndex)).toEqual([0, 1, 1, 2]);
    expect(endOf(end).worlds['alpha']).toMatchObject({ status: 'success', models: { calls: 5, cachedCalls: 1 } });

    const { stdout } = await here.miyabi(['cost', 'last', '--json']);
    const { total, runBudget } = JSON.parse(stdout) as CostReport;
    expect(total).toMatchObject({ calls: 5, cachedCalls: 1, unsureCalls: 1, reservedUsd: 0 });
    // 0.40 for what was answered, a little for the last, and 1,000 tokens of output with the input for the one that was cut off.
    expect(total.costUsd).toBeGreaterThan(0.41);
    expect(total.costUsd).toBeLessThan(0.42);
    expect(runBudget).toMatchObject({ spentUsd: total.costUsd, reservedUsd: 0, limitUsd: 1 });
  });
});
