/**
 * The commands of a script, each as its words, for finding names in it: what only a shell could tell (substitutions, what is quoted
 * together) is not told, so a quoted command falls apart into the commands in it.
 */
export function commandsOf(text: string): string[][] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/[;&|()\n]+/)
    .map((command) => command.split(/[\s"'`]+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
}
