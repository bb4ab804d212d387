import { Command, CommanderError } from 'commander';
import { exitCode } from '../domain/failure.ts';
import { addDeploying } from './deploy-commands.ts';
import { addForge } from './forge-commands.ts';
import { addPeople } from './people-commands.ts';
import { addHands } from './hand-commands.ts';
import { addKnowledge } from './knowledge-commands.ts';
import { addLooks } from './look-commands.ts';
import { addMaintenance } from './maintenance-commands.ts';
import { addCompletion, addMachine } from './machine-commands.ts';
import { printFailure } from './print-failure.ts';
import { addRun } from './run-commands.ts';
import type { Done } from './service-commands.ts';
import { addDatabase, addMcp, addOpen, addServices, addTokens } from './service-commands.ts';
import type { Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';
import { wishedShell } from './wished-shell.ts';

/**
 * Reads the command line and runs one command; each lies in a file of its own, loaded when it is asked for.
 * @returns the exit code (see `domain/failure`).
 */
export async function runCommandLine(given: Shell, argv: readonly string[]): Promise<number> {
  const { shell, listen } = wishedShell(given);
  let code: number = exitCode.done;
  const json = argv.includes('--json');
  const program = buildCommands(shell, (result) => {
    code = result;
  });
  listen(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof Unread) return unread(given, error, json);
    return printFailure(given, error, { json, verbose: program.opts()['verbose'] === true, program: commandPrefix(shell, program.opts()) });
  }
}

/** What is wrong with a command line has been written for people already. */
function unread(shell: Shell, { exitCode: code, message, command }: Unread, json: boolean): number {
  if (code === 0) return exitCode.done;
  const told = { what: message.replace(/^error: /, ''), why: 'The command line cannot be read.', fix: `\`${command} --help\` shows how.` };
  if (json) shell.out(`${JSON.stringify({ type: 'error', schemaVersion: 1, reason: 'usage', ...told, facts: {} })}\n`);
  return exitCode.usage;
}

/** Every command, each with its options and what it says of itself. */
export function buildCommands(shell: Shell, done: Done): Command {
  const program = commands(shell, done);
  addCompletion(program, shell, done, () => commands(shell, done));
  pointToHelp(program, 'miyabi');
  return program;
}

/** What Commander could not read, or a help that was asked for, with the command whose it is. */
class Unread extends CommanderError {
  readonly command: string;

  constructor({ exitCode: code, code: reason, message }: CommanderError, command: string) {
    super(code, reason, message);
    this.command = command;
  }
}

/** Whoever mistypes an option is sent to the help that lists it. */
function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(`(\`${name} --help\` shows how)`);
  command.exitOverride((error) => {
    throw new Unread(error, name);
  });
  for (const each of command.commands) pointToHelp(each, `${name} ${each.name()}`);
}

function commands(shell: Shell, done: Done): Command {
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
    .option('-q, --quiet', 'nothing of how it goes on: results, and what went wrong')
    .option('-v, --verbose', 'also how far tasks are, and what lies behind a failure')
    .option('--no-input', 'ask nobody: what a person has to say ends the command with 4, and stays open')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .configureOutput({ writeOut: shell.out, writeErr: shell.err })
    .addHelpText('after', examples);
  addRun(program, shell, done);
  addLooks(program, shell, done);
  addHands(program, shell, done);
  addPeople(program, shell, done);
  addServices(program, shell, done);
  addOpen(program, shell, done);
  addTokens(program, shell, done);
  addMcp(program, shell, done);
  addMachine(program, shell, done);
  addDatabase(program, shell, done);
  addMaintenance(program, shell, done);
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
