import type { ProcessRequest } from '../../../ports/process.ts';

export type Started = Pick<ProcessRequest, 'command' | 'cwd' | 'env' | 'limits'>;

/**
 * The shell script that a container begins with: it sets the limits of a process, goes to the folder and becomes the program, with
 * exactly the environment it is given, whatever the image and the engine would add. It is a file, because what is on a
 * command line can be read by every user of the machine.
 *
 * Of the engine's environment only the mark of the process runner is handed on, by which it finds what outlives its program.
 */
export function startScript({ command, cwd, env, limits }: Started): string {
  const variables = Object.entries(env).map(([name, value]) => quote(`${name}=${value}`));
  // `env` would take a program with an equals sign for a variable.
  const program = command[0].includes('=') ? ['/bin/sh', '-c', 'exec "$0" "$@"', ...command] : command;
  return [
    'ulimit -c 0',
    ...ulimits(limits),
    `cd -- ${quote(cwd)} || exit 126`,
    `program=${quote(command[0])}`,
    `PATH=${quote(env['PATH'] ?? '')}`,
    isThere,
    `exec /usr/bin/env -i "MIYABI_PROCESS=$MIYABI_PROCESS" ${[...variables, ...program.map(quote)].join(' ')}`,
    '',
  ].join('\n');
}

const isThere = `case $program in
  */*) [ -f "$program" ] && [ -x "$program" ] ;;
  *) command -v -- "$program" >/dev/null ;;
esac || { printf 'miyabi: There is no program %s in the container.\\n' "$program" >&2; exit 127; }`;

/**
 * A limit that cannot be set (above the hard one) is left out. Files count in 512-byte blocks. Of processor time the soft limit comes a
 * second before the hard one: its signal tells what happened, and SIGKILL does not.
 */
function ulimits(limits: Started['limits']): readonly string[] {
  const { cpuSeconds, fileBytes, openFiles } = limits ?? {};
  const lines: string[] = [];
  if (cpuSeconds !== undefined)
    lines.push(`{ ulimit -S -t ${Math.ceil(cpuSeconds)} && ulimit -H -t ${Math.ceil(cpuSeconds) + 1}; } 2>/dev/null || :`);
  if (fileBytes !== undefined) lines.push(`ulimit -f ${Math.ceil(fileBytes / 512)} 2>/dev/null || :`);
  if (openFiles !== undefined) lines.push(`ulimit -n ${Math.ceil(openFiles)} 2>/dev/null || :`);
  return lines;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
