import type { Command } from 'commander';
import type { Done } from './service-commands.ts';
import type { Shell } from './shell.ts';

/** `approve`, `reject` and `cancel`. */
export function addHands(program: Command, shell: Shell, done: Done): void {
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
