import { setTimeout as wait } from 'node:timers/promises';
import type { GitCommand } from './git-command.ts';
import { GitError } from './git-command.ts';

/** What git says when a folder it has just made for an object was taken away as empty by another git that prunes. */
const vanished = /unable to (?:create temporary (?:object )?file|write .*object).*: No such file or directory/i;

const tries = 5;

/** A git whose writing of objects goes on beside one that prunes or repacks: the same command again finds or makes its folder. */
export function withRetriedWrites(git: GitCommand): GitCommand {
  return {
    async ask(...call) {
      for (let attempt = 1; ; attempt += 1) {
        const output = await git.ask(...call);
        if (output.code === 0 || attempt === tries || !vanished.test(output.stderr)) return output;
        await wait(Math.random() * 20);
      }
    },
    async run(...call) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await git.run(...call);
        } catch (error) {
          if (attempt === tries || !(error instanceof GitError && vanished.test(error.stderr))) throw error;
          await wait(Math.random() * 20);
        }
      }
    },
  };
}
