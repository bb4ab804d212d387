import type { Command } from 'commander';
import { Option } from 'commander';
import { isolationChoices } from '../domain/machine.ts';
import { positiveNumber, wholeNumber } from './read-option.ts';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

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

const resumeExamples = `
Examples:
  miyabi resume                     the last run, from where it stood
  miyabi resume --all --concurrency 3
  miyabi resume last --json | tail -n 1`;

const demoExamples = `
Examples:
  miyabi demo                       the first example
  miyabi demo --list
  miyabi demo --worlds 3 --json | tail -n 1`;

function concurrency(): Option {
  return new Option('--concurrency <number>', 'runs at the same time').argParser(wholeNumber(1, 20)).default(2);
}

/** `run`, `resume`, `parallel` and `demo`: whatever carries runs while somebody watches. */
export function addRun(program: Command, shell: Shell, done: Done): void {
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
    .addHelpText('after', resumeExamples)
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
    .option('--json', 'one JSON object a line on standard output, the last one `run.finished`; with --list the names')
    .addHelpText('after', demoExamples)
    .action(async (example: string | undefined, options) =>
      done(await (await import('./demo.ts')).demo(shell, example, { ...program.opts(), ...options })),
    );
}
