import type { ChecksPlan } from '../../domain/checks.ts';
import { makefileParts } from './makefile.ts';

/** What looks at the output of a program, and not only at how it ends. */
export const comparing = /\b(?:diff|cmp|[ef]?grep|comm|expr|jq)\b|\btest\s+["'$!-]|(?:^|\s)\[\[?\s|\bcase\b/m;

const neutral =
  /^(?:echo|printf|cd|cp|mv|rm|mkdir|touch|set|export|exit|true|:|sleep|cat|then|else|fi|do|done|if|for|while|local|return|npm|pnpm|yarn|bun|g?make|sh|bash|dash|zsh|source|\.|\w+=.*|\d+|[<>].*)$/;

/** Whether a command judges nothing by itself, or leads to what is read as well. */
export function isFollowed(words: readonly string[]): boolean {
  const [program = ''] = words;
  return neutral.test(program) || /\.(?:sh|bash)$/.test(program);
}

/** What of a file that takes part in judging is run as commands of a shell; undefined where it is no such file. */
export function scriptOf(path: string, text: string, plan: ChecksPlan): string | undefined {
  if (isMakefile(path)) {
    const reached = [...makefileParts(text, plan).values()].join('\n');
    // What make does not echo is run all the same.
    return withVariables(reached === '' ? text : reached, text).replace(/^([ \t]*)[@+-]+[ \t]*/gm, '$1');
  }
  return /\.(?:sh|bash)$/.test(path) || /^#!.*\b(?:ba|z|da)?sh\b/.test(text) ? withVariables(text, text) : undefined;
}

export function isMakefile(path: string): boolean {
  return /(?:^|\/)(?:GNU)?[Mm]akefile$/.test(path);
}

/** A script with its plain variables in their places; of a Makefile and of a shell alike. */
function withVariables(script: string, text: string): string {
  const values = new Map(
    [...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w{1,60})[ \t]*[:?]{0,2}=[ \t]*["']?([^\n"'`;#]{1,200})/gm)].map(
      ([, name = '', value = '']) => [name, value.trim()],
    ),
  );
  return script
    .slice(0, 200_000)
    .replace(/\$(?:\((\w{1,60})\)|\{(\w{1,60})\}|(\w{1,60}))/g, (whole, one?: string, two?: string, three?: string) => {
      const value = values.get(one ?? two ?? three ?? '');
      return value === undefined || value.includes('$') ? whole : value;
    });
}
