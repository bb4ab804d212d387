import type { Command } from 'commander';
import type { Shell } from './shell.ts';

/** A shell that does as the options for all commands say. */
export interface WishedShell {
  readonly shell: Shell;
  /** They are known once the command line is read. */
  readonly listen: (program: Command) => void;
}

/** With `--quiet` nothing of how it goes on is told, and with it or `--no-input` nobody is asked. Colours are decided by whoever makes a shell. */
export function wishedShell(given: Shell): WishedShell {
  const wishes = { quiet: false, input: true };
  const shell: Shell = {
    ...given,
    err: (text) => (wishes.quiet ? undefined : given.err(text)),
    get interactive() {
      return given.interactive && wishes.input && !wishes.quiet;
    },
  };
  return {
    shell,
    listen: (program) => {
      program.hook('preAction', () => {
        const options = program.opts<{ readonly quiet?: boolean; readonly input: boolean }>();
        wishes.quiet = options.quiet === true;
        wishes.input = options.input;
      });
    },
  };
}
