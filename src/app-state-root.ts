import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from './domain/failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The absolute path of the state folder of one machine's own records; a part of `app.ts`.
 * @param given as it was asked for; else `$XDG_STATE_HOME/miyabi`.
 */
export function stateRoot(environment: Environment, given: string | undefined): string {
  return resolve(given ?? join(environment['XDG_STATE_HOME'] || join(homeOf(environment), '.local', 'state'), 'miyabi'));
}

/** Where the user's own configuration lies. */
export function configFolder(environment: Environment): string {
  return join(environment['XDG_CONFIG_HOME'] || join(homeOf(environment), '.config'), 'miyabi');
}

/** What the user's own configuration may be called there; of two of them neither holds. */
export const configFiles = ['config.ts', 'config.json', 'config.yaml', 'config.yml'] as const;

/** @throws Failure (configuration) where neither the environment nor the system knows one, as in a container with a user id of its own. */
export function homeOf(environment: Environment): string {
  if (environment['HOME']) return environment['HOME'];
  try {
    return homedir();
  } catch (cause) {
    throw new Failure(
      'configuration',
      {
        what: 'Your home folder is not known.',
        why: 'The variable HOME is not set, and the system has no entry for this user.',
        fix: 'Set HOME to a folder that you may write in.',
      },
      { cause },
    );
  }
}
