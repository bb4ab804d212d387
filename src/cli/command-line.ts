import { Command, CommanderError, Option } from 'commander';
import { exitCode } from '../domain/failure.ts';
import { isolationChoices } from '../domain/machine.ts';
import { addDeploying } from './deploy-commands.ts';
import { addForge } from './forge-commands.ts';
import { addPeople } from './people-commands.ts';
import { addKnowledge } from './knowledge-commands.ts';
import { printFailure } from './print-failure.ts';
import { positiveNumber, wholeNumber } from './read-option.ts';
import type { Done } from './service-commands.ts';
import { addDatabase, addServices, addTokens } from './service-commands.ts';
import type { Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

/**
 * Reads the command line and runs one command; each lies in a file of its own, loaded when it is asked for.
 * @returns the exit code (see `domain/failure`).
 */
export async function runCommandLine(shell: Shell, argv: readonly string[]): Promise<number> {
  let code: number = exitCode.done;
  const json = argv.includes('--json');
  const program = build(shell, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    return printFailure(shell, error, { json, program: commandPrefix(shell, program.opts()) });
  }
}

function build(shell: Shell, done: Done): Command {
  const program = new Command('miyabi')
    .description(
      'Takes an issue and carries it to a verified change: every task in five parallel worlds, judged by what its code does when it is run.',
    )
    .version(shell.version, '-V, --version')
    .option('--state <folder>', 'where Miyabi keeps its records and worlds (default: $XDG_STATE_HOME/miyabi)')
    .option(
      '--database <address>',
      'postgres://... keeps the records for many machines (default: a file of this machine; MIYABI_DATABASE_URL)',
    )
    .showHelpAfterError('(`miyabi --help` shows how)')
    .exitOverride()
    .configureOutput({ writeOut: shell.out, writeErr: shell.err })
    .addHelpText('after', examples);
  addRun(program, shell, done);
  addLooks(program, shell, done);
  addHands(program, shell, done);
  addPeople(program, shell, done);
  addServices(program, shell, done);
  addTokens(program, shell, done);
  addMachine(program, shell, done);
  addDatabase(program, shell, done);
  addDeploying(program, shell, done);
  addForge(program, shell, done);
  addKnowledge(program, shell, done);
  return program;
}

const examples = `
Examples:
  miyabi demo                          watch five worlds repair a real defect, no key needed
  miyabi run "Total is wrong for 0 items" --repo ./shop
  miyabi run ISSUE.md --agent claude-code --budget 2
  miyabi run ISSUE.md --yes --json | tail -n 1
  miyabi run owner/name#12             an issue of a forge, to a merged pull request
  miyabi explain last                  why the winner won
  miyabi deploy                        what HEAD stands for, as far as it proves itself

Exit codes:
  0 done   1 failed   2 usage   3 configuration or doctor   4 waits for a person
  5 budget   6 no world passed   7 not found or locked   130 interrupted`;

const runExamples = `
Examples:
  miyabi run "parsePrice() drops the cents" --repo ./shop
  miyabi run ISSUE.md --agent claude-code --budget 2
  miyabi run ISSUE.md --agent model:anthropic/claude-sonnet-5 --worlds 3 --timeout 10
  miyabi run ISSUE.md --agent 'command:./fix.sh "$MIYABI_TASK_FILE"'
  miyabi run ISSUE.md --base v2.1 --into release-2.1 --yes
  miyabi run owner/name#12
  miyabi run https://github.com/owner/name/issues/12

Agents (\`miyabi agents\` says which of them can work here):
  repair                     searches for an edit that makes failing tests pass; no key, no network
  model[:<provider/model>]   a language model in a loop of our own
  claude-code, codex, opencode, gemini [:<provider/model>]
                             these programs, where they are installed
  acp:<program>              any program that speaks the Agent Client Protocol
  command:<shell command>    anything else; it is given the task on its input

Keys are taken from ANTHROPIC_API_KEY, OPENAI_API_KEY and GEMINI_API_KEY, or as models.providers says. No world ever sees one: what
runs there asks its model through Miyabi, which counts what it costs.
Within walls (see \`miyabi doctor\`) an agent reaches no other network than \`sandbox.allow\` lists, and reads nothing of yours but
\`sandbox.readable\`. Both are set in your own configuration.
The result is a branch miyabi/<run>; your files and the branch you are on stay as they are.`;

const parallelExamples = `
Examples:
  miyabi parallel --issues 1,2,3 --concurrency 2 --repo owner/name
  miyabi parallel --issues first.md,second.md --repo ./shop --json

Exit code: that of the first issue that was not done, in the order in which they are named. What is interrupted goes on with
\`miyabi resume --all\`; a service (\`miyabi serve\`) goes on with it by itself.`;

function concurrency(): Option {
  return new Option('--concurrency <number>', 'runs at the same time').argParser(wholeNumber(1, 20)).default(2);
}

function addRun(program: Command, shell: Shell, done: Done): void {
  program
    .command('run')
    .description('carry an issue to a verified change on a branch of its own')
    .argument(
      '<issue>',
      'owner/name#12 (of a local forge <its name>:owner/name#12) or its address, a Markdown file, or the text of the issue',
    )
    .option('--repo <folder or address>', 'the repository (default: the one around the current folder; with --database its `origin`)')
    .option('--agent <agent>', 'what works in the worlds (default: repair); see below')
    .option('--model <provider/model>', 'the model that the agent uses, such as anthropic/claude-sonnet-5')
    .addOption(new Option('--budget <usd>', 'what models may cost in this run, in USD (default: 5)').argParser(positiveNumber))
    .addOption(new Option('--worlds <number>', 'how many worlds, 1 to 9').argParser(wholeNumber(1, 9)))
    .option('--base <revision>', 'branch, tag or commit to start from (default: HEAD)')
    .option('--into <branch>', 'also move this branch forward to the result')
    .addOption(new Option('--timeout <minutes>', 'time limit of each world').argParser(positiveNumber))
    .addOption(
      new Option('--isolation <how>', 'what keeps worlds apart from the machine (default: the strongest there is)').choices(
        isolationChoices,
      ),
    )
    .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
    .option('-y, --yes', 'say yes to whatever a person would be asked')
    .addHelpText('after', runExamples)
    .action(async (issue: string, options) => done(await (await import('./run.ts')).run(shell, issue, { ...program.opts(), ...options })));
  program
    .command('resume')
    .description('go on with a run that was interrupted or answered')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--all', 'every run that was interrupted and that nobody carries')
    .addOption(concurrency())
    .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
    .action(async (run: string, options) =>
      done(
        options.all === true
          ? await (await import('./parallel.ts')).resumeAll(shell, { ...program.opts(), ...options })
          : await (await import('./resume.ts')).resume(shell, run, { ...program.opts(), ...options }),
      ),
    );
  program
    .command('parallel')
    .description('carry several issues, so many at the same time, with a line for each')
    .requiredOption('--issues <list>', 'numbers of issues of --repo, or what `run` takes, with commas between them')
    .addOption(concurrency())
    .option('--repo <repository>', 'owner/name at a forge (forge:owner/name); for files the folder, as with `run`')
    .option('--agent <agent>', 'what works in the worlds (default: repair); see `miyabi run --help`')
    .option('--model <provider/model>', 'the model that the agent uses')
    .addOption(new Option('--budget <usd>', 'what models may cost in each run, in USD (default: 5)').argParser(positiveNumber))
    .addOption(new Option('--worlds <number>', 'how many worlds, 1 to 9').argParser(wholeNumber(1, 9)))
    .option('--json', 'one JSON object for each run on standard output: its `run.finished`')
    .option('-y, --yes', 'say yes to whatever a person would be asked')
    .addHelpText('after', parallelExamples)
    .action(async (options) => done(await (await import('./parallel.ts')).parallel(shell, { ...program.opts(), ...options })));
  program
    .command('demo')
    .description('copy an example project to a temporary folder and repair its defect')
    .argument('[example]', 'which one (`miyabi demo --list` names them)')
    .option('--list', 'name the examples')
    .addOption(new Option('--worlds <number>', 'how many worlds, 1 to 9').argParser(wholeNumber(1, 9)))
    .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
    .action(async (example: string | undefined, options) =>
      done(await (await import('./demo.ts')).demo(shell, example, { ...program.opts(), ...options })),
    );
}

function addLooks(program: Command, shell: Shell, done: Done): void {
  program
    .command('status')
    .description('the newest runs, or one run')
    .argument('[run]')
    .option('--json', 'one JSON object on standard output')
    .action(async (run: string | undefined, options) =>
      done(await (await import('./status.ts')).status(shell, run, { ...program.opts(), ...options })),
    );
  program
    .command('show')
    .description('what happened in a run, with times')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--json', 'one JSON object on standard output')
    .action(async (run: string, options) => done(await (await import('./show.ts')).show(shell, run, { ...program.opts(), ...options })));
  program
    .command('explain')
    .description('why the winner won: in words, with the full table; why a release was taken back')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option(
      '--json',
      'one JSON object on standard output: every choice with its matrix, its evidence and its path, every deployment with its verdict',
    )
    .addHelpText('after', explainExamples)
    .action(async (run: string, options) =>
      done(await (await import('./explain.ts')).explain(shell, run, { ...program.opts(), ...options })),
    );
  program
    .command('diff')
    .description('what a world changed, or where two worlds differ')
    .argument('<run>', 'its id, the beginning of it, or `last`')
    .argument('[world]', 'such as beta (default: the winner)')
    .argument('[other]', 'another world, to compare the two')
    .option('--task <id>', 'of which task of the plan (default: the first with such worlds)')
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
}

const explainExamples = `
Examples:
  miyabi explain                    the last run: who won, why not the others, who passed whose tests
  miyabi explain last --json        the same as data: matrix, evidence of each point, path of the choice`;

const diffExamples = `
Examples:
  miyabi diff last                  the change that won
  miyabi diff last beta             what beta changed
  miyabi diff last alpha beta       what stands in beta and not in alpha`;

const costExamples = `
Examples:
  miyabi cost                       what each run has cost, and how full this month's budget is
  miyabi cost last                  what each world of the last run has cost
  miyabi cost --by model --since 7d
  miyabi cost --by month --json

Days and months are those of UTC. "at most": of some calls the price or the end is not known, and the most that they can cost counts.
Budgets are set by \`--budget\`, and as \`budget.issueUsd\` and \`budget.monthUsd\` in your configuration.`;

function addHands(program: Command, shell: Shell, done: Done): void {
  for (const verb of ['approve', 'reject'] as const) {
    program
      .command(verb)
      .description(
        verb === 'approve'
          ? 'say yes to what a run waits for, and go on with it'
          : 'say no to what a run waits for; a plan or a review that is rejected ends it',
      )
      .argument('[run]', 'its id, the beginning of it, `last`, or a number of `miyabi inbox`', 'last')
      .option('--reason <text>', 'kept with the answer')
      .option('--world <name>', 'where it is asked which world is to be taken: this one')
      .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
      .action(async (run: string, options) =>
        done(await (await import('./answer.ts')).answer(shell, verb, run, { ...program.opts(), ...options })),
      );
  }
  program
    .command('cancel')
    .description('end a run: nothing new is started, agents are stopped')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--reason <text>', 'kept with the run')
    .action(async (run: string, options) =>
      done(await (await import('./cancel.ts')).cancel(shell, run, { ...program.opts(), ...options })),
    );
}

const gcExamples = `
Examples:
  miyabi gc --dry-run            what would go, and how large it is
  miyabi gc --older-than 12h     also checkouts and dependencies that nothing has used for twelve hours
  miyabi gc --older-than 0       also all of those that nothing uses now`;

function addMachine(program: Command, shell: Shell, done: Done): void {
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
    .addHelpText('after', gcExamples)
    .action(async (options) => done(await (await import('./gc.ts')).gc(shell, { ...program.opts(), ...options })));
  program
    .command('agents')
    .description('which agents can work here, with their versions, and how to get the others')
    .option('--json', 'one JSON object on standard output')
    .action(async (options) => done(await (await import('./agents.ts')).agents(shell, { ...program.opts(), ...options })));
  program
    .command('config')
    .description('what is configured')
    .command('explain')
    .description('every key with its value and where that comes from')
    .argument('[key]', 'only this key, or those that begin with it')
    .option('--repo <folder>', 'with the configuration of this repository')
    .action(async (key: string | undefined, options) =>
      done(await (await import('./config.ts')).explainConfig(shell, key, { ...program.opts(), ...options })),
    );
  program
    .command('doctor')
    .description('what this machine has of what Miyabi needs')
    .option('--json', 'one JSON object on standard output')
    .action(async (options) => done(await (await import('./doctor.ts')).doctor(shell, { ...program.opts(), ...options })));
}
