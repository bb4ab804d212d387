import { commandsOf } from './shell-words.ts';

/**
 * The text of a script together with that of every script it calls through npm, pnpm, yarn or another program that runs scripts, with
 * its `pre` and `post` scripts. A script that calls itself is told once.
 */
export function expandScript(scripts: Readonly<Record<string, string>>, name: string): string {
  return expand(scripts, [name]).join('\n');
}

/** A command together with the scripts that it calls, as {@link expandScript} tells them. */
export function expandCommand(scripts: Readonly<Record<string, string>>, command: string): string {
  return [command, ...expand(scripts, calledScripts(scripts, command))].join('\n');
}

function expand(scripts: Readonly<Record<string, string>>, names: readonly string[]): string[] {
  const seen = new Set<string>();
  const waiting = [...names];
  const texts: string[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const script of [scripts[`pre${next}`], scripts[next], scripts[`post${next}`]]) {
      if (script === undefined) continue;
      texts.push(script);
      waiting.push(...calledScripts(scripts, script));
    }
  }
  return texts;
}

const scriptPrograms = new Set(['npm', 'pnpm', 'yarn', 'bun', 'run-s', 'run-p', 'npm-run-all', 'npm-run-all2', 'wireit', 'concurrently']);

/** Names of scripts that stand in one command with a program that runs scripts; `build:*` stands for all that begin so. */
function calledScripts(scripts: Readonly<Record<string, string>>, text: string): string[] {
  return commandsOf(text).flatMap((words) => {
    const isCall = words.some((word) => scriptPrograms.has(word) || word === '--run' || word.startsWith('npm:'));
    if (!isCall) return [];
    return words.flatMap((word) => {
      const name = word.replace(/^npm:/, '').replace(/^t$/, 'test');
      const start = name.endsWith('*') ? name.replace(/\*+$/, '') : undefined;
      return Object.keys(scripts).filter((script) => (start === undefined || start === '' ? script === name : script.startsWith(start)));
    });
  });
}
