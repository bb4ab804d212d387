import type { Command } from 'commander';
import { Option } from 'commander';
import { wholeNumber } from './read-option.ts';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const deployExamples = `
Examples:
  miyabi deploy                        what HEAD stands for, through all environments to the last
  miyabi deploy --env staging          as far as staging
  miyabi deploy --release r12 --yes    a release that was built before; nobody is asked
  miyabi deploy --commit v2.1 --hotfix straight to the last environment
  miyabi deploy --json --yes | tail -n 1

A commit is built once and proves itself in each environment before it goes on: it starts beside the release that serves, answers with its own
commit, passes its smoke test, is given the traffic, and is watched. Where it fails, the release before it is put back by itself, the command
ends with 1, and its commit goes out nowhere until \`miyabi releases lift\`.
Environments are configured in deploy.projects of your own configuration: docs/deploying.md.
Ctrl-C leaves what serves as it is; \`miyabi resume\` goes on.`;

const rollbackExamples = `
Examples:
  miyabi rollback                      the last good release before the one that serves, in the last environment
  miyabi rollback --env staging --to r11

The release is verified once it serves. Where it is bad as well nothing else is put in its place: traffic stays on the better of the two.`;

const releasesExamples = `
Examples:
  miyabi releases                      the newest, where they serve, and what became of them
  miyabi releases --env production
  miyabi releases show r12             its deployments, by what it was judged, and what was seen
  miyabi releases lift r12 --reason "the database was full, not its fault"
  miyabi releases wake                 at the start of the machine, where no service of Miyabi does it`;

const repo = ['--repo <repository>', 'a folder, an address, or owner/name at a forge (default: around the current folder)'] as const;
const json = ['--json', 'one JSON object on standard output'] as const;
const runJson = ['--json', 'one JSON object a line on standard output, the last one `run.finished`'] as const;

/** `deploy`, `rollback` and `releases`. */
export function addDeploying(program: Command, shell: Shell, done: Done): void {
  const all = () => program.opts();
  program
    .command('deploy')
    .description('take a commit through the environments; what does not prove itself is taken back')
    .option(...repo)
    .option('--env <name>', 'as far as this environment (default: the last)')
    .option('--release <name>', 'one that was built before, such as r12')
    .option('--commit <revision>', 'a branch, a tag or a commit (default: HEAD)')
    .option('--hotfix', 'leave out the environments that are skipped where something has to go out at once')
    .option('-y, --yes', 'do not ask')
    .option(...runJson)
    .addHelpText('after', deployExamples)
    .action(async (options) => done(await (await import('./deploy.ts')).deploy(shell, { ...all(), ...options })));
  program
    .command('rollback')
    .description('put the last good release back')
    .option(...repo)
    .option('--env <name>', 'the environment (default: the last)')
    .option('--to <release>', 'this release, such as r11')
    .option('-y, --yes', 'do not ask')
    .option(...runJson)
    .addHelpText('after', rollbackExamples)
    .action(async (options) => done(await (await import('./rollback.ts')).rollback(shell, { ...all(), ...options })));
  addReleases(program, shell, done);
}

function addReleases(program: Command, shell: Shell, done: Done): void {
  const all = () => program.opts();
  const releases = program
    .command('releases')
    .description('what was built, where it serves, and what became of it')
    .option(...repo)
    .option('--env <name>', 'only what was on its way there')
    .addOption(new Option('--most <number>', 'how many are told').argParser(wholeNumber(1, 1_000)).default(20))
    .option(...json)
    .addHelpText('after', releasesExamples)
    .action(async (options) => done(await (await import('./releases.ts')).releases(shell, { ...all(), ...options })));
  releases
    .command('show')
    .description('one release: its deployments, by what it was judged, and what was seen')
    .argument('<release>', 'such as r12, or its commit')
    .option(...repo)
    .option(...json)
    .addHelpText('after', releasesExamples)
    .action(async (release: string, options) =>
      done(await (await import('./releases.ts')).showRelease(shell, release, { ...all(), ...releases.opts(), ...options })),
    );
  releases
    .command('lift')
    .description('let a commit go out again that was taken back')
    .argument('<release>', 'such as r12, or its commit')
    .requiredOption('--reason <text>', 'kept with it')
    .option(...repo)
    .option(...json)
    .addHelpText('after', releasesExamples)
    .action(async (release: string, options) =>
      done(await (await import('./releases.ts')).lift(shell, release, { ...all(), ...releases.opts(), ...options })),
    );
  releases
    .command('wake')
    .description('after a restart of the machine: what served on it serves again')
    .option(...json)
    .addHelpText('after', releasesExamples)
    .action(async (options) => done(await (await import('./releases.ts')).wake(shell, { ...all(), ...releases.opts(), ...options })));
}
