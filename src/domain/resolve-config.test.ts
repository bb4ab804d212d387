import { describe, expect, it } from 'vitest';
import { configKeys } from './config.ts';
import { environmentLayer, resolveConfig } from './resolve-config.ts';

const user = (values: unknown) => ({ source: 'user', origin: '~/config.yaml', values }) as const;
const repository = (values: unknown) => ({ source: 'repository', origin: 'miyabi.config.yaml of the repository', values }) as const;

describe('the configuration', () => {
  it('takes the strongest source and remembers which it was', () => {
    const { config, explained } = resolveConfig([
      repository({ worlds: { count: 2, timeoutMinutes: 4 } }),
      user({ worlds: { count: 3 } }),
      environmentLayer({ MIYABI_WORLDS_COUNT: '4' }),
      { source: 'flag', origin: 'the command line', values: { worlds: { count: 6 } } },
    ]);
    expect(config.worlds).toMatchObject({ count: 6, timeoutMinutes: 4 });
    expect(explained.find(({ key }) => key.path === 'worlds.count')?.source).toBe('flag');
    expect(explained.find(({ key }) => key.path === 'worlds.timeoutMinutes')?.source).toBe('repository');
  });

  it('names the variable that is wrong, and not the environment alone', () => {
    const wrong = environmentLayer({ MIYABI_LOG_LEVEL: 'loud' });
    expect(() => resolveConfig([wrong])).toThrow('MIYABI_LOG_LEVEL: log.level cannot be "loud".');
  });

  it('lets a repository set no key that is the user’s', () => {
    const foreign = { 'agent.command': 'x', 'gates.reviewPass': 1, 'node.path': '/x', 'dependencies.installScripts': true };
    for (const [path, value] of Object.entries(foreign)) {
      const values = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
      expect(() => resolveConfig([repository(values)])).toThrow(new RegExp(`sets ${path}`));
    }
    expect(configKeys.filter((key) => key.userOnly).map((key) => key.path)).toEqual(expect.arrayContaining(Object.keys(foreign)));
  });

  it('lets a repository lower a budget, whatever the user allows, but not raise it', () => {
    const low = resolveConfig([repository({ budget: { issueUsd: 1 } }), user({ budget: { issueUsd: 20 } })]);
    expect(low.config.budget.issueUsd).toBe(1);
    expect(() => resolveConfig([repository({ budget: { issueUsd: 20 } })])).toThrow(/may lower this limit but not raise it; it is 5/);
  });

  it.each([
    [{ worlds: { cuont: 1 } }, /does not know: worlds\.cuont/],
    [{ worlds: { count: 0 } }, /worlds\.count cannot be 0/],
    [{ worlds: { count: 'many' } }, /cannot be "many"/],
    [
      { database: { url: 'postgre://me:geheim@db/miyabi' } },
      /^(?![^]*geheim)[^]*database\.url cannot be what it is[^]*It must begin with postgres/,
    ],
    [{ budget: { issueUsd: Number.NaN } }, /issueUsd cannot be/],
    [{ backup: { everyHours: 0.0001 } }, /everyHours cannot be 0\.0001[^]*must be 0, or at least 0\.1/],
    [{ budget: { issueUsd: -1 } }, /issueUsd cannot be -1/],
    [{ branch: { template: 'x/$(id)/<run>' } }, /branch\.template cannot be/],
    [{ models: { providers: { mine: { protocol: 'chat', url: 'http://x/v1' } } } }, /models\.providers\.mine\.protocol cannot be "chat"/],
    [{ models: { providers: { mine: { protocol: 'openai' } } } }, /models\.providers\.mine\.url is missing/],
    [
      { models: { providers: { Mine: { protocol: 'openai', url: 'http://x/v1' } } } },
      /providers\.Mine has a name that cannot be used[^]*It must begin with a lower-case/,
    ],
    [{ models: { prices: { 'my/model': { inputPerMillionUsd: 1 } } } }, /prices\.my\/model\.outputPerMillionUsd is missing/],
    [{ worlds: { settings: [{}, { temperature: 3 }] } }, /worlds\.settings\.1\.temperature cannot be 3/],
    [[], /the whole file/],
    ['text', /the whole file/],
  ])('refuses %j with a sentence', (values, sentence) => {
    expect(() => resolveConfig([user(values)])).toThrow(sentence);
  });

  it('does not repeat a key of an account that stands where it does not belong', () => {
    const mine = { protocol: 'openai', url: 'http://x/v1', key: 'sk-secret' };
    const refused = () => resolveConfig([user({ models: { providers: { mine } } })]);
    expect(refused).toThrow(/does not know: models\.providers\.mine\.key/);
    expect(refused).not.toThrow(/sk-secret/);
  });

  it('reads the environment by name and leaves empty variables out', () => {
    const layer = environmentLayer({ MIYABI_WORLDS_TIMEOUT_MINUTES: '2.5', MIYABI_AGENT_NAME: '', MIYABI_CHECKS_TEST: '1st.sh' });
    expect(layer.values).toEqual({ worlds: { timeoutMinutes: 2.5 }, checks: { test: '1st.sh' } });
  });

  it('reads a list from the environment as JSON or with commas', () => {
    const values = (text: string) => resolveConfig([environmentLayer({ MIYABI_SANDBOX_ALLOW: text })]).config.sandbox.allow;
    for (const text of ['["a.example:443","b.example:80"]', 'a.example:443, b.example:80,']) {
      expect(values(text)).toEqual(['a.example:443', 'b.example:80']);
    }
    expect(values(' a.example:443')).toEqual(['a.example:443']);
  });
});
