import type { Command } from 'commander';
import { Option } from 'commander';
import { statisticsGroupings } from '../domain/statistics/groupings.ts';
import { addLogs } from './logs-commands.ts';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const statusExamples = `
Examples:
  miyabi status                     the newest runs
  miyabi status last                how the last one stands, what it has cost and what it asks
  miyabi status --json | jq -r '.runs[0].run'`;

const watchExamples = `
Examples:
  miyabi watch                      all runs, until you leave
  miyabi watch last                 the worlds of the last run, live; ends with its exit code when it ends
  miyabi watch --json | jq -r 'select(.state == "waiting").run'

Keys: s shows plain lines and the picture again, o opens the dashboard, q leaves; the run goes on. Where no terminal is, there is a line for
each change.`;

const showExamples = `
Examples:
  miyabi show                       what happened in the last run
  miyabi show last --json | jq -r '.entries[].text'`;

const explainExamples = `
Examples:
  miyabi explain                    the last run: who won, why not the others, who passed whose tests
  miyabi explain last --json        the same as data: matrix, evidence of each point, path of the choice
  miyabi explain last --markdown    a score card for a pull request or the summary of a step`;

const compareExamples = `
Examples:
  miyabi compare                    the worlds of the last run; * is the best of a row
  miyabi compare last --task task-2
  miyabi compare last --json | jq '.tasks[0].choice.verdicts[] | {world, total: .score.total}'`;

const diffExamples = `
Examples:
  miyabi diff last                  the change that won
  miyabi diff last beta             what beta changed
  miyabi diff last alpha beta       what stands in beta and not in alpha
  miyabi diff last --stat           which files, and how many lines
  miyabi diff last --name-only | xargs wc -l`;

const costExamples = `
Examples:
  miyabi cost                       what each run has cost, and how full this month's budget is
  miyabi cost last                  what each world of the last run has cost
  miyabi cost --by model --since 7d
  miyabi cost --by month --json

Days and months are those of UTC. "at most": of some calls the price or the end is not known, and the most that they can cost counts.
Budgets are set by \`--budget\`, and as \`budget.issueUsd\` and \`budget.monthUsd\` in your configuration.`;

const statsExamples = `
Examples:
  miyabi stats                      how worlds, choices, people and phases have fared, against the goals
  miyabi stats --by model --since 30d
  miyabi stats --repo . --json | jq '.acceptance[] | select(.measured.verdict == "missed").name'
  miyabi stats --suggest-thresholds what outcomes propose, with what it stands on; nothing is changed

"went well": worlds that passed; of a phase, runs in which nothing of it failed for good. Times are in minutes, without what people were waited for.
What cannot be known is "not measured", and never met. Every formula: docs/statistics.md.`;

/** Commands that only look at runs. */
export function addLooks(program: Command, shell: Shell, done: Done): void {
  program
    .command('status')
    .description('the newest runs, or one run')
    .argument('[run]', 'its id, the beginning of it, or `last`')
    .option('--watch', 'go on showing them while they change, as `miyabi watch`')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', statusExamples)
    .action(async (run: string | undefined, options) => {
      const all = { ...program.opts(), ...options };
      done(
        options.watch === true
          ? await (await import('./watch.ts')).watch(shell, run, all)
          : await (await import('./status.ts')).status(shell, run, all),
      );
    });
  program
    .command('watch')
    .description('all runs while they go on, or one with its worlds, whoever carries it')
    .argument('[run]', 'its id, the beginning of it, or `last`')
    .option('--json', 'one JSON object a line on standard output: each change of a run, or each event of the one')
    .addHelpText('after', watchExamples)
    .action(async (run: string | undefined, options) =>
      done(await (await import('./watch.ts')).watch(shell, run, { ...program.opts(), ...options })),
    );
  program
    .command('show')
    .description('what happened in a run, with times')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', showExamples)
    .action(async (run: string, options) => done(await (await import('./show.ts')).show(shell, run, { ...program.opts(), ...options })));
  addLogs(program, shell, done);
  program
    .command('explain')
    .description('why the winner won: in words, with the full table; why a release was taken back')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option(
      '--json',
      'one JSON object on standard output: every choice with its matrix, its evidence and its path, every deployment with its verdict',
    )
    .option('--markdown', 'as a score card in Markdown, in which nothing that strangers wrote calls anybody or leads anywhere')
    .addHelpText('after', explainExamples)
    .action(async (run: string, options) =>
      done(await (await import('./explain.ts')).explain(shell, run, { ...program.opts(), ...options })),
    );
  program
    .command('compare')
    .description('the worlds of a run side by side: points by what they are for, and who passes which test')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--task <id>', 'of this task of the plan (default: each)')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', compareExamples)
    .action(async (run: string, options) =>
      done(await (await import('./compare.ts')).compare(shell, run, { ...program.opts(), ...options })),
    );
  program
    .command('diff')
    .description('what a world changed, or where two worlds differ')
    .argument('<run>', 'its id, the beginning of it, or `last`')
    .argument('[world]', 'such as beta (default: the winner)')
    .argument('[other]', 'another world, to compare the two')
    .option('--task <id>', 'of which task of the plan (default: the first with such worlds)')
    .option('--stat', 'only which files, and how many lines of each')
    .option('--name-only', 'only which files')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', diffExamples)
    .action(async (run: string, world: string | undefined, other: string | undefined, options) =>
      done(await (await import('./diff.ts')).diff(shell, { run, world, other }, { ...program.opts(), ...options })),
    );
  program
    .command('cost')
    .description('what models have cost, and how much of the budgets is left')
    .argument('[run]', 'only of this run: its id, the beginning of it, or `last`')
    .addOption(
      new Option(
        '--by <what>',
        'a line for each run, world, model, purpose, day or month (default: run; world where a run is named)',
      ).choices(['run', 'world', 'model', 'purpose', 'day', 'month']),
    )
    .option('--since <time>', 'only what was spent in the last 12h, 7d, 4w')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', costExamples)
    .action(async (run: string | undefined, options) =>
      done(await (await import('./cost.ts')).cost(shell, run, { ...program.opts(), ...options })),
    );
  program
    .command('stats')
    .description('how runs have fared: worlds, choices, people, phases, against the goals; and what outcomes propose')
    .addOption(new Option('--by <what>', 'what the rows stand for (default: world)').choices(statisticsGroupings))
    .option('--since <time>', 'only runs that ended in the last 12h, 7d, 4w')
    .option('--repo <place>', 'only runs in this repository: a folder, or the address of a remote')
    .option('--suggest-thresholds', 'what outcomes propose for the settings, each with its evidence; nothing is changed')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', statsExamples)
    .action(async (options) => done(await (await import('./stats.ts')).stats(shell, { ...program.opts(), ...options })));
}
