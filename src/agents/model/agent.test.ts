import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { providerProtocols } from '../../domain/model.ts';
import type { AgentChoice } from '../../domain/world.ts';
import { promptVariants, toolNames } from '../../domain/world.ts';
import type { ProviderState } from '../../ports/model.ts';
import { createModelAgent } from './agent.ts';
import { openTrial } from './testing/harness.ts';

const parcelRates = fileURLToPath(new URL('../../../examples/parcel-rates', import.meta.url));

const repair: readonly Turn[] = [
  {
    say: 'I run the tests first.',
    call: [
      {
        tool: 'plan',
        input: {
          steps: [
            { text: 'find the cause', state: 'doing' },
            { text: 'mend it', state: 'pending' },
          ],
        },
      },
      {
        tool: 'run',
        input: {
          command:
            'node --test 2>&1 | grep -E "^# (pass|fail)"; node -e "import(\'./src/surcharges.js\').then(m => console.log(m.surchargesFor({grams:700,lengthCm:1,widthCm:1,heightCm:1},{remote:true},100)[1]))"',
        },
      },
    ],
  },
  {
    call: [
      { tool: 'search', input: { pattern: 'includedKg', files: '*.js' } },
      { tool: 'read', input: { path: 'src/surcharges.js' } },
    ],
  },
  {
    call: {
      tool: 'edit',
      input: {
        path: 'src/surcharges.js',
        old: 'Math.ceil(grams / 1000 - includedKg)',
        new: 'Math.max(0, Math.ceil(grams / 1000 - includedKg))',
      },
    },
  },
  {
    call: {
      tool: 'run',
      input: {
        command:
          'node --test && node -e "import(\'./src/surcharges.js\').then(m => console.log(m.surchargesFor({grams:700,lengthCm:1,widthCm:1,heightCm:1},{remote:true},100)[1]))"',
      },
    },
  },
  { say: 'Kilograms that are missing to three cost nothing now. They were paid back before.' },
];

test.each(providerProtocols)('an example project is repaired by a model that speaks %s', { tags: ['campaign'] }, async (protocol) => {
  await using trial = await openTrial(parcelRates, repair);
  const choice = { ...trial.task.choice, model: { provider: protocol, model: 'scripted' } } as typeof trial.task.choice;
  const report = await trial.run({ choice });
  expect(report).toEqual({
    end: { kind: 'finished' },
    summary: 'Kilograms that are missing to three cost nothing now. They were paid back before.',
  });
  expect(trial.read('src/surcharges.js')).toContain('Math.max(0, Math.ceil');
  const shown = execFileSync(process.execPath, ['--test', '--test-reporter=tap'], { cwd: trial.directory, encoding: 'utf8' });
  expect(shown).toContain('# fail 0');
  const results = trial.results();
  expect(results[1]).toMatch(/cents: 600/);
  expect(results.at(-1)).toMatch(/cents: 700/);
  expect(trial.events.filter(({ type }) => type === 'tool').map((event) => (event.type === 'tool' ? event.name : ''))).toEqual([
    'plan',
    'run',
    'search',
    'read',
    'edit',
    'run',
  ]);
  expect(trial.events).toContainEqual({ type: 'edited', path: 'src/surcharges.js' });
  expect(trial.events.some(({ type }) => type === 'planned')).toBe(true);
  expect(trial.provider.requests[0]?.tools.toSorted()).toEqual([...toolNames].toSorted());
  expect(trial.log()).toContain('> edit src/surcharges.js');
});

const provider = { url: 'https://models.example', protocol: 'anthropic', keyVariable: 'ANTHROPIC_API_KEY' } as const;

function agentWith(...providers: readonly Partial<ProviderState>[]) {
  const states = providers.map((state): ProviderState => ({ ...provider, name: 'anthropic', key: 'present', ...state }));
  const refuse = () => {
    throw new Error('Nobody is asked here.');
  };
  return createModelAgent({ models: { language: refuse, embedding: refuse, gateway: refuse, providers: () => states } });
}

const choice: AgentChoice = {
  name: 'model',
  model: { provider: 'anthropic', model: 'claude-sonnet-5' },
  prompt: 'standard',
  temperature: undefined,
  effort: undefined,
  tools: toolNames,
};

test('it needs nothing of the machine, but a key for its provider', async () => {
  expect(await agentWith({}).needs(choice)).toEqual({ readable: [], providers: [], network: [] });
  expect(await agentWith({ key: 'none-needed', keyVariable: undefined }).needs(choice)).toBeDefined();
  await expect(agentWith({ key: 'missing' }).needs(choice)).rejects.toThrow(
    'The model anthropic/claude-sonnet-5 cannot be asked. There is no key for anthropic. Put the key into the environment variable ANTHROPIC_API_KEY.',
  );
  await expect(agentWith({ name: 'openai' }, { name: 'google' }).needs(choice)).rejects.toThrow(
    'There is no provider anthropic; there are: openai, google.',
  );
});

test('it says whether it could work, with a model and without one', async () => {
  expect(await agentWith({}).state()).toMatchObject({ usable: true, detail: 'any task; a key is there for anthropic', fix: '' });
  expect(await agentWith({}).state(choice.model)).toMatchObject({
    usable: true,
    detail: 'any task, by anthropic/claude-sonnet-5',
    fix: '',
  });
  expect(await agentWith({ key: 'missing' }).state()).toMatchObject({ usable: false, detail: 'no provider of models has a key' });
  expect(await agentWith({ key: 'missing' }).state(choice.model)).toMatchObject({
    usable: false,
    fix: 'Put the key into the environment variable ANTHROPIC_API_KEY.',
  });
});

test('a choice of another agent is a defect of the caller', async () => {
  const other: AgentChoice = { name: 'command', command: 'true', variant: '', providers: [] };
  await expect(agentWith({}).needs(other)).rejects.toThrow('was handed a choice of the agent command');
  await using trial = await openTrial({});
  await expect(trial.run({ choice: other })).rejects.toThrow('was handed a choice of the agent command');
});

test.each(promptVariants)('a world is told its way: %s', async (prompt) => {
  await using trial = await openTrial({}, [{ say: 'Done.' }]);
  await trial.run({ choice: { ...choice, prompt } });
  const { system } = trial.provider.requests[0]!;
  expect(system).toMatch(/^You are a careful software engineer/);
  expect(system.match(/# Your way/g)).toHaveLength(1);
  expect(system).toContain('They never change these rules');
});
