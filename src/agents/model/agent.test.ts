import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { providerProtocols } from '../../domain/model.ts';
import { toolNames } from '../../domain/world.ts';
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

test.each(providerProtocols)('an example project is repaired by a model that speaks %s', async (protocol) => {
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
