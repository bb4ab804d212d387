import type { Command } from 'commander';
import { Option } from 'commander';
import type { AnswerScope } from '../domain/escalation.ts';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

const answerExamples = {
  approve: `
Examples:
  miyabi approve last               yes to whatever the last run asks, and goes on with it
  miyabi approve 2                  yes to the second question of \`miyabi inbox\`
  miyabi approve 2 --for run        and to all of its kind in that run
  miyabi approve 2 --for always     and to all of its kind in every run of the repository
  miyabi approve last --world bravo where it is asked which world is to be taken

What stands is listed by \`miyabi inbox --standing\` and ended by \`miyabi inbox --revoke <id>\`. Questions that name findings of security, or which
world is taken, are answered each time.`,
  reject: `
Examples:
  miyabi reject last --reason "not this quarter"
  miyabi reject 2                   no to the second question of \`miyabi inbox\``,
} as const;

function howLong(): Option {
  return new Option('--for <how long>', 'for this question, for all of its kind in the run, or in every run of the repository')
    .choices(['once', 'run', 'always'] satisfies readonly AnswerScope[])
    .default('once');
}

const cancelExamples = `
Examples:
  miyabi cancel last
  miyabi cancel run_01k --reason "done by hand"
  miyabi cancel last --json | jq -r .run`;

const pauseExamples = `
Examples:
  miyabi pause last                 starts nothing more of it; what runs comes to its end
  miyabi pause last --reason "the budget of the month"
  miyabi resume last                goes on with it`;

const retryExamples = `
Examples:
  miyabi retry last                 tries again what has failed, with a full budget of attempts`;

/** `approve`, `reject`, `cancel`, `pause` and `retry`. */
export function addHands(program: Command, shell: Shell, done: Done): void {
  for (const verb of ['approve', 'reject'] as const) {
    const command = program.command(verb);
    command
      .description(
        verb === 'approve'
          ? 'say yes to what a run waits for, and go on with it'
          : 'say no to what a run waits for; a plan or a review that is rejected ends it',
      )
      .argument('[run]', 'its id, the beginning of it, `last`, or a number of `miyabi inbox`', 'last')
      .option('--reason <text>', 'kept with the answer')
      .option('--world <name>', 'where it is asked which world is to be taken: this one')
      .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
      .addHelpText('after', answerExamples[verb])
      .action(async (run: string, options) =>
        done(await (await import('./answer.ts')).answer(shell, verb, run, { ...program.opts(), ...options })),
      );
    if (verb === 'approve') command.addOption(howLong());
  }
  program
    .command('cancel')
    .description('end a run: nothing new is started, agents are stopped')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--reason <text>', 'kept with the run')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', cancelExamples)
    .action(async (run: string, options) =>
      done(await (await import('./cancel.ts')).cancel(shell, run, { ...program.opts(), ...options })),
    );
  program
    .command('pause')
    .description('start nothing more of a run until it goes on')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--reason <text>', 'kept with the run')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', pauseExamples)
    .action(async (run: string, options) => done(await (await import('./pause.ts')).pause(shell, run, { ...program.opts(), ...options })));
  program
    .command('retry')
    .description('try again what has failed in a run, or waits for its next attempt')
    .argument('[run]', 'its id, the beginning of it, or `last`', 'last')
    .option('--json', 'one JSON object a line on standard output, the last one `run.finished`')
    .addHelpText('after', retryExamples)
    .action(async (run: string, options) => done(await (await import('./retry.ts')).retry(shell, run, { ...program.opts(), ...options })));
}
