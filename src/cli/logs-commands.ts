import type { Command } from 'commander';
import { Option } from 'commander';
import { wholeNumber } from './read-option.ts';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const examples = `
Examples:
  miyabi logs                       all that the agents of the last run have printed, world by world
  miyabi logs -f                    as it is printed, until the run ends
  miyabi logs last -w beta -n 50    the last 50 lines of beta
  miyabi logs last --find error     only lines with this text
  miyabi logs last --list           which logs there are
  miyabi logs -f --json | jq -r .text

What agents print as JSON is told in words; \`--raw\` shows it as it is. No secret that Miyabi knows is shown. What an agent on another machine
prints can be read here once it has ended.
With \`--json\` there is one object for each line; with \`--list\` one document.`;

/** `miyabi logs`. */
export function addLogs(program: Command, shell: Shell, done: Done): void {
  program
    .command('logs')
    .description('what the agents of a run print')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('-w, --world <name>', 'only of this world, such as beta, or of a log that --list names')
    .option('--task <id>', 'only of this task of the plan, such as task-2')
    .option('-f, --follow', 'go on as more is printed, until the run ends')
    .addOption(
      new Option('-n, --lines <number>', 'the last so many of each log (default: all; 10 with -f)').argParser(wholeNumber(0, 1_000_000)),
    )
    .option('--find <text>', 'only lines with this text, in whatever case')
    .option('--raw', 'as it was printed')
    .option('--list', 'which logs there are')
    .option('--json', 'one JSON object a line on standard output')
    .addHelpText('after', examples)
    .action(async (run: string, options) => done(await (await import('./logs.ts')).logs(shell, run, { ...program.opts(), ...options })));
}
