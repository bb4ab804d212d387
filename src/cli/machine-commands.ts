import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import { addConfig } from './config-commands.ts';
import { wholeNumber } from './read-option.ts';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const initExamples = `
Examples:
  miyabi init                    looks at the project, asks, and writes miyabi.config.yaml
  miyabi init --dry-run          what that would be
  miyabi init --yes --worlds 3 --repo ./shop

Taken over where it means the same here: conductor.json, .cursor/environment.json, .devcontainer/devcontainer.json, .aider.conf.yml,
.openhands/setup.sh, .github/workflows/copilot-setup-steps.yml. What is not taken is told.`;

const gcExamples = `
Examples:
  miyabi gc --dry-run            what would go, and how large it is
  miyabi gc --older-than 12h     also checkouts and dependencies that nothing has used for twelve hours
  miyabi gc --older-than 0       also all of those that nothing uses now
  miyabi gc --json | jq '[.places[].bytes] | add'`;

const agentsExamples = `
Examples:
  miyabi agents
  miyabi agents --json | jq -r '.agents[] | select(.usable).name'`;

const doctorExamples = `
Examples:
  miyabi doctor                             ends with 3 where something that is needed is missing
  miyabi doctor --fix                       locks and worlds of dead processes, folders that others can read, an overgrown log
  miyabi doctor --network                   also asks each model for one token
  miyabi doctor --json | jq '.findings[] | select(.status != "ok")'`;

/** What is about this machine and a project: `init`, `gc`, `agents`, `config` and `doctor`. */
export function addMachine(program: Command, shell: Shell, done: Done): void {
  program
    .command('init')
    .description('write a commented configuration that fits the project, with what files of other tools say')
    .option('--repo <folder>', 'the repository (default: the one around the current folder)')
    .addOption(new Option('--worlds <number>', 'how many worlds, 1 to 9 (default: 5)').argParser(wholeNumber(1, 9)))
    .option('-n, --dry-run', 'only show what would be written')
    .option('--force', 'also where a configuration is there already')
    .option('-y, --yes', 'ask nothing')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', initExamples)
    .action(async (options) => done(await (await import('./init.ts')).init(shell, { ...program.opts(), ...options })));
  program
    .command('gc')
    .description(
      'remove what ended runs and killed processes left on the disk; what an agent had done in a killed world is kept in the mirror',
    )
    .option('-n, --dry-run', 'only say what would be removed, with sizes')
    .option(
      '--older-than <time>',
      'also what worlds are made from, where nothing has used it for so long: 90m, 12h, 7d (default: 24h; installed dependencies 14d)',
    )
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', gcExamples)
    .action(async (options) => done(await (await import('./gc.ts')).gc(shell, { ...program.opts(), ...options })));
  program
    .command('agents')
    .description('which agents can work here, with their versions, and how to get the others')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', agentsExamples)
    .action(async (options) => done(await (await import('./agents.ts')).agents(shell, { ...program.opts(), ...options })));
  addConfig(program, shell, done);
  program
    .command('doctor')
    .description('what this machine has of what Miyabi needs, and whether what lies here is sound')
    .option('--fix', 'mend what can be mended safely: nothing of yours, and nothing of a process that lives')
    .option('--network', 'also ask those who are elsewhere: each model for one token, GitHub for its time')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', doctorExamples)
    .action(async (options) => done(await (await import('./doctor.ts')).doctor(shell, { ...program.opts(), ...options })));
}

const completionExamples = `
Examples:
  source <(miyabi completion bash)                                    # in ~/.bashrc
  source <(miyabi completion zsh)                                     # in ~/.zshrc, after compinit
  miyabi completion fish > ~/.config/fish/completions/miyabi.fish

Commands, options, their choices, the newest runs, worlds and examples are completed.`;

/**
 * `completion`, and what its scripts call.
 * @param commands all commands anew: whoever completes changes them.
 */
export function addCompletion(program: Command, shell: Shell, done: Done, commands: () => Command): void {
  program
    .command('completion')
    .description('the script by which a shell completes what you type')
    .addArgument(new Argument('<shell>', 'yours').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', completionExamples)
    .action(async (kind: 'bash' | 'zsh' | 'fish') => done(await (await import('./completion.ts')).completion(shell, kind)));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) =>
      done(await (await import('./completion.ts')).complete(shell, commands(), words, program.opts())),
    );
}
