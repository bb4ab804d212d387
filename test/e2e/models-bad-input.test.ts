/** @module-tag campaign */
import { describe, expect, it } from 'vitest';
import { asks, edit, endOf, modelPlace, onceEach, right, scriptedKey, tool, turns } from '../support/model-place.ts';
import type { ModelScripts } from '../support/model-place.ts';

const minute = 60_000;

/** Nobody listens there. */
const nowhere = { nowhere: { protocol: 'openai-chat', url: 'http://127.0.0.1:9/v1', private: true } };

describe('providers that do not answer as hoped', () => {
  it(
    'fail the worlds that asked for it, each with its own reason; the others go on',
    async () => {
      const resetsAt = Math.ceil(Date.now() / 1_000) * 1_000 + 3_600_000;
      const resets = `resets at ${new Date(resetsAt).toISOString()}`;
      const models: ModelScripts = {
        right,
        'wrong-key': () => ({ fail: 401, message: `You may not come in with ${scriptedKey}` }),
        'used-up': () => ({ fail: 429, account: { resetsAt } }),
        throttled: onceEach([{ fail: 429, retryAfter: 1 }], right),
        garbage: () => 'garbage',
        half: onceEach([{ half: { say: 'It is' }, after: { bytes: 30 } }], right),
        absurd: () => ({ say: 'Done.', wrongUsage: 'absurd' }),
        endless: () => 'endless',
      };
      await using here = await modelPlace(models, { providers: nowhere });
      const [alpha, ...others] = Object.keys(models).map(asks);
      const worldsAsked = [alpha!, { model: 'nowhere/model' }, ...others.slice(0, -1), { ...asks('endless'), timeoutMinutes: 0.05 }];
      const end = await here.run(worldsAsked);
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const { report, worlds } = endOf(end);
      expect(report.tasks[0]!.winner).toBe('alpha');
      expect(worlds).toMatchObject({
        alpha: { status: 'success', stop: 'done' },
        // Unreachable: four calls.
        beta: { stop: 'error: network', reason: 'nowhere could not be asked (ECONNREFUSED).', models: { calls: 4 }, costUsd: 0 },
        gamma: { stop: 'error: wrong-key', models: { calls: 1 }, costUsd: 0 },
        delta: {
          stop: 'error: account-used-up',
          reason: expect.stringContaining(resets),
          models: { calls: 1 },
        },
        // Throttled once.
        epsilon: { status: 'success', models: { calls: 3, inputTokens: 200 } },
        zeta: { stop: 'error: bad-answer', reason: expect.stringContaining('cannot be read'), models: { calls: 4 } },
        // Half a stream.
        eta: { status: 'success', models: { calls: 3 } },
        theta: { status: 'failed', stop: 'done', reason: 'it changed nothing', models: { calls: 1, inputTokens: 0 } },
        iota: { status: 'timeout', stop: 'timeout', reason: 'ended by its time limit after 3 s' },
      });
      const notices = end.lines.filter(({ type }) => type === 'task.notice').map(({ key, text }) => `${String(key)}: ${String(text)}`);
      expect(notices.filter((text) => text.startsWith('beta.run: asking the model again in'))).toHaveLength(3);
      expect(notices).toContain('beta.run: the model did not answer: nowhere could not be asked (ECONNREFUSED).');
      expect(notices).toContainEqual(expect.stringMatching(/^epsilon\.run: asking the model again in 1 s/));
      // Who does not say what an answer has cost is taken to have cost the most: 1,000 tokens of output are 0.01 USD, and the input some.
      expect(worlds['theta']!.costUsd).toBeGreaterThan(0.01);
      expect(worlds['zeta']!.costUsd).toBeGreaterThan(0.04);
      expect(worlds['eta']!.costUsd).toBeGreaterThan(0.01);
      expect(worlds['epsilon']!.costUsd).toBe(worlds['alpha']!.costUsd);
      expect(await here.provider.requests.find(({ model }) => model === 'endless')!.ended).toBe('left');
      const asked = here.provider.requests.map(({ model }) => model);
      expect(asked.filter((model) => model === 'wrong-key' || model === 'used-up')).toHaveLength(2);

      // The key that the provider repeats is told to nobody.
      expect(worlds['gamma']!.reason).toMatch(/^You may not come in with /);
      const shown = await here.miyabi(['show', 'last']);
      expect(shown.stdout).toMatch(/beta\.run succeeded: the world ended as failed \(error: network\): nowhere could not be asked/);
      const { stdout: explained } = await here.miyabi(['explain', 'last']);
      expect(explained.replaceAll(/\s+/g, ' ')).toContain(resets);
      const spent = await here.miyabi(['cost', 'last', '--by', 'world']);
      expect(spent.stdout).toMatch(/zeta\s+4\s+0\s+0\s+0\s+at most/);
      for (const { stdout, stderr } of [end, shown, spent, { stdout: explained, stderr: '' }])
        expect(stdout + stderr).not.toContain(scriptedKey);
    },
    3 * minute,
  );
});

describe('models that do not do as hoped', () => {
  it(
    'are told so and go on, or end at a bound; what they were denied and whose secrets they told stands in the records',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      const huge = 'x'.repeat(10_000_000);
      const models: ModelScripts = {
        lost: turns(
          { say: huge, call: tool('write', { path: 'huge.txt', content: huge }) },
          {
            call: [
              tool('teleport', { to: 'the end' }),
              tool('read', { path: 7 }),
              tool('read', { path: '../../../../../../../../etc/passwd' }),
            ],
          },
          { call: [tool('run', { command: 'ln -s /etc out' }), tool('write', { path: '/etc/miyabi-was-here', content: 'x' })] },
          { call: [tool('read', { path: 'out/passwd' }), tool('edit', { path: 'out/hosts', old: 'localhost', new: 'elsewhere' })] },
          { call: [tool('run', { command: 'rm out' }), edit('a - b', 'a + b')] },
          { say: `It adds. The key was ${scriptedKey}, also ${Buffer.from(scriptedKey).toString('base64')}.` },
        ),
        circling: () => ({ call: tool('read', { path: 'src/add.js' }) }),
        empty: () => ({}),
        refusing: () => ({ say: 'I cannot help with that.', stopReason: 'refused' }),
      };
      await using here = await modelPlace(models, { providers: nowhere });
      const unreachable = [1, 2, 3, 4, 5].map((number) => ({ model: `nowhere/model-${number}` }));
      const end = await here.run([...Object.keys(models).map(asks), ...unreachable]);
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const { report, worlds } = endOf(end);
      expect(worlds).toMatchObject({
        alpha: { status: 'success', stop: 'done', models: { calls: 6 } },
        beta: { status: 'failed', stop: 'limit: loop', reason: 'the same call of read 3 times in a row', models: { calls: 3 } },
        gamma: { status: 'failed', stop: 'error: bad-answer', reason: '3 answers in a row were empty' },
        delta: { status: 'failed', stop: 'error: bad-answer', reason: 'the model refused to answer', models: { calls: 1 } },
        epsilon: { status: 'failed', stop: 'error: network' },
      });
      expect(await here.git('show', `${report.branch}:src/add.js`)).toContain('a + b');

      const told = here.provider.requests.filter(({ model }) => model === 'lost').flatMap(({ toolResults }) => toolResults);
      expect(told.join('\n')).toMatch(
        /its input is 100000\d\d characters long[\s\S]*there is no tool teleport[\s\S]*the input of read does not fit: path/,
      );
      expect(told.filter((text) => text.includes('not allowed: the path leads out of the project'))).toHaveLength(4);
      expect(JSON.stringify(here.provider.requests.at(-1)!.body)).not.toContain('root:');
      expect(report.warnings).toContainEqual(
        expect.stringMatching(/^While alpha worked, this was denied: read \S+etc\/passwd: .*; and 1 more\.$/),
      );
      expect(report.warnings).toContainEqual(
        expect.stringMatching(/^While alpha worked, a secret stood in what was said \(\d times\); it was removed\.$/),
      );
      const message = await here.git('log', '-1', '--format=%B', report.branch!);
      // As it is, it comes no further than to where it was put in.
      expect(message).toContain(`It adds. The key was ${'*'.repeat(scriptedKey.length)}, also [secret removed].`);
      const shown = await here.miyabi(['show', 'last', '--json']);
      expect(shown.stdout).toContain('a secret stood in what was said');
      expect(shown.stdout + end.stdout + end.stderr).not.toContain(scriptedKey);

      // Five worlds found the provider gone: it is left alone for a while, by other runs too.
      const next = await here.run([unreachable[0]!]);
      expect(next, next.stderr).toMatchObject({ code: 6 });
      expect(endOf(next).worlds['alpha']).toMatchObject({
        stop: 'error: provider',
        reason: expect.stringMatching(/^nowhere has failed again and again; it is not asked again before 20/),
        models: { calls: 1 },
      });
    },
  );
});

describe('what cannot work is refused before there is a run', () => {
  const refusals: ReadonlyArray<readonly [string, readonly object[], Readonly<Record<string, string>>, RegExp]> = [
    [
      'no key',
      [{ model: 'anthropic/claude-sonnet-5' }],
      { ANTHROPIC_API_KEY: '' },
      /ANTHROPIC_API_KEY is not set\.[^]*Set ANTHROPIC_API_KEY to your key/,
    ],
    ['a key that is none', [asks('right')], { SCRIPTED_KEY: 'with spaces in it' }, /What the variable SCRIPTED_KEY holds is no key/],
    [
      'a provider that is not configured',
      [{ model: 'nobody/model' }],
      {},
      /There is no provider nobody; there are: anthropic, openai, google, scripted/,
    ],
    [
      'five identical worlds',
      Array.from({ length: 5 }, () => ({ ...asks('right'), temperature: 1, prompt: 'standard' })),
      {},
      /All 5 worlds would be told the same by the same agent/,
    ],
  ];

  it('with the reason and what to do', async () => {
    await using here = await modelPlace({ right });
    for (const [name, worlds, env, words] of refusals) {
      const end = await here.run(worlds, [], env);
      expect(end, name).toMatchObject({ code: 3, stderr: expect.stringMatching(words) });
      expect(end.lines, name).toMatchObject([{ type: 'error', reason: 'configuration' }]);
      expect(end.stderr + end.stdout).not.toContain('with spaces in it');
    }
    expect((await here.miyabi(['status'])).stdout).toContain('No runs yet');
    expect(here.provider.requests).toHaveLength(0);
  });
});
