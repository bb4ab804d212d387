import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { commandReference } from './commands.ts';

test('a command has its words, its arguments and options with their defaults, and its examples as they stand', () => {
  const program = new Command('miyabi').option('--quiet', 'say less');
  program
    .command('weigh')
    .description('say how much a thing weighs')
    .argument('[thing]', 'a <thing>, or `last`', 'last')
    .addOption(new Option('--in <unit>', 'grams | ounces').choices(['g', 'oz']).default('g'))
    .option('--json', 'as data')
    .addHelpText('after', '\nExamples:\n  miyabi weigh last    the last one\n\nScales are not\nasked twice.');
  program.command('hidden');
  const text = commandReference(program);
  expect(text).toContain('## miyabi weigh\n\nSay how much a thing weighs.\n\n```text\nmiyabi weigh [options] [thing]\n```');
  expect(text).toContain('- `[thing]` a \\<thing>, or `last`; by default `last`');
  expect(text).toContain('| `--in <unit>` | grams \\| ounces; one of `g`, `oz`; by default `g` |\n| `--json` | as data |');
  expect(text).toContain('Examples:\n\n```text\nmiyabi weigh last    the last one\n```\n\nScales are not asked twice.');
  expect(text).not.toContain('hidden');
});
