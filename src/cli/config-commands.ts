import type { Command } from 'commander';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const examples = `
Examples:
  miyabi config explain                     every key
  miyabi config explain worlds              those that begin with it
  miyabi config explain --repo ./shop       with what its last commit says
  miyabi config explain --json | jq '.keys[] | select(.source != "default")'
  miyabi config get budget.issueUsd
  miyabi config set worlds.count 3          in your own file, which is made where there is none
  miyabi config set checks.test 'npm run unit' --repo ./shop
  miyabi config set notify.channels.team '{"kind":"slack","urlVariable":"SLACK_URL"}'
  miyabi config unset worlds.count
  miyabi config schema > miyabi.schema.json`;

/** `config` and what it can do. */
export function addConfig(program: Command, shell: Shell, done: Done): void {
  const config = program.command('config').description('what is configured, and how to change it').addHelpText('after', examples);
  const command = (usage: string, description: string, repository: string): Command =>
    config
      .command(usage)
      .description(description)
      .option('--repo <folder>', repository)
      .option('--json', 'one JSON object on standard output')
      .addHelpText('after', examples);
  command('explain', 'every key with its value and where that comes from', 'with the configuration of this repository')
    .argument('[key]', 'only this key, or those that begin with it')
    .action(async (key: string | undefined, options) =>
      done(await (await import('./config.ts')).explainConfig(shell, key, { ...program.opts(), ...options })),
    );
  command('get', 'the value of one key, alone', 'with the configuration of this repository')
    .argument('<key>', 'such as worlds.count')
    .action(async (key: string, options) =>
      done(await (await import('./config-get.ts')).getConfig(shell, key, { ...program.opts(), ...options })),
    );
  command('set', 'put a value into your own file', 'into the file of this repository instead')
    .argument('<key>', 'such as worlds.count')
    .argument('<value>', 'a text, a number, true or false, JSON, or values with commas between them for a list')
    .action(async (key: string, value: string, options) =>
      done(await (await import('./config-set.ts')).setConfig(shell, key, value, { ...program.opts(), ...options })),
    );
  command('unset', 'take a value out of your own file', 'out of the file of this repository instead')
    .argument('<key>', 'such as worlds.count')
    .action(async (key: string, options) =>
      done(await (await import('./config-set.ts')).setConfig(shell, key, undefined, { ...program.opts(), ...options })),
    );
  config
    .command('schema')
    .description('the JSON schema of a file of configuration')
    .addHelpText('after', examples)
    .action(async () => done((await import('./config-schema.ts')).printConfigSchema(shell)));
}
