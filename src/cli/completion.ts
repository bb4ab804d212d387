import type { Command } from 'commander';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { worldNames } from '../domain/world.ts';

/** Shells that a script can be made for. */
export const completedShells = ['bash', 'zsh', 'fish'] as const;

/** Columns of a title beside an id. */
const widestTitle = 50;

/** `miyabi completion <shell>`: the script that a shell reads once. */
export async function completion(shell: Shell, kind: (typeof completedShells)[number]): Promise<number> {
  if (kind === 'bash') shell.out(withoutBashCompletion);
  (await import('@bomb.sh/tab')).script(kind, 'miyabi', 'miyabi');
  return 0;
}

/** What the script needs of the package bash-completion, where that is not installed. */
const withoutBashCompletion = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD-1]}
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
    }
fi
`;

/**
 * Answers a shell that asks what may come next: `miyabi complete -- <words>`. The records are looked at only where a run may be named, and only
 * for the newest.
 *
 * @param program all commands, which are changed by this.
 */
export async function complete(shell: Shell, program: Command, words: readonly string[], options: GlobalOptions): Promise<number> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  const command = commandOf(program, words);
  const runs = takes(command, 'run') && words.at(-1)?.startsWith('-') !== true ? await shell.known.runs(options) : [];
  const examples = takes(command, 'example') ? await shell.known.examples() : [];
  const keys = takes(command, 'key') ? (await import('../domain/config.ts')).configKeys : [];
  const known = tab(program, { completionCommandName: 'completion' });
  const values: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    run: [...(runs.length === 0 ? [] : [['last', 'the newest'] as const]), ...runs.map(({ id, title }) => [id, short(title)] as const)],
    world: worldNames.map((name) => [name, 'a world'] as const),
    other: worldNames.map((name) => [name, 'another world'] as const),
    example: examples.map((name) => [name, 'an example'] as const),
    key: keys.map(({ path, description }) => [path, description] as const),
    shell: completedShells.map((name) => [name, ''] as const),
  };
  for (const each of known.commands.values()) {
    for (const [name, argument] of each.arguments) {
      const offered = values[name];
      if (offered !== undefined) argument.handler = (offer) => offered.forEach(([value, description]) => offer(value, description));
    }
    const world = each.options.get('world');
    if (world !== undefined) world.handler = (offer) => worldNames.forEach((name) => offer(name, 'a world'));
  }
  known.parse([...words]);
  return 0;
}

/** The command that the words lead to. */
function commandOf(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words.slice(0, -1)) command = command.commands.find((one) => one.name() === word) ?? command;
  return command;
}

function takes(command: Command, name: string): boolean {
  return command.registeredArguments.some((argument) => argument.name() === name);
}

function short(title: string): string {
  const line = oneLine(title);
  return line.length <= widestTitle ? line : `${line.slice(0, widestTitle - 3)}...`;
}
