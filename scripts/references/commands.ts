import type { Argument, Command, Option } from 'commander';

const head = `---
outline: 2
---

# Commands

Every command with its options, made from the command line itself by \`node scripts/references.mjs\`. \`miyabi <command> --help\` says the same where you are.

A run is named by its id (\`run_7f3k…\`), by the beginning of it, or by \`last\`. Results go to standard output, how it goes on to standard error.`;

/** The reference of the command line as Markdown. */
export function commandReference(program: Command): string {
  const all = ['## For every command', options(program.options), ...afterHelp(program)];
  return [head, ...all, ...program.commands.filter(isShown).flatMap((command) => section(command, [program.name()], 2))]
    .join('\n\n')
    .concat('\n');
}

function section(command: Command, above: readonly string[], level: number): readonly string[] {
  const names = [...above, command.name()];
  const inner = command.commands.filter(isShown);
  return [
    `${'#'.repeat(level)} ${names.join(' ')}`,
    prose(`${command.description()}.`.replace(/\.\.$/, '.').replace(/^[a-z]/, (letter) => letter.toUpperCase())),
    ...(inner.length === 0 ? [`\`\`\`text\n${names.join(' ')} ${command.usage()}\n\`\`\``] : []),
    ...(command.registeredArguments.length === 0 ? [] : [command.registeredArguments.map(argument).join('\n')]),
    ...(command.options.length === 0 ? [] : [options(command.options)]),
    ...afterHelp(command),
    ...inner.flatMap((each) => section(each, names, level + 1)),
  ];
}

/** Commands that shells call have no description. */
function isShown(command: Command): boolean {
  return command.description() !== '';
}

function argument(given: Argument): string {
  const { required, variadic, description, defaultValue, argChoices } = given;
  const written = variadic ? `${given.name()}...` : given.name();
  const rest = [prose(description), ...choices(argChoices), ...byDefault(defaultValue)];
  return `- \`${required ? `<${written}>` : `[${written}]`}\` ${rest.filter((part) => part !== '').join('; ')}`;
}

function options(list: readonly Option[]): string {
  const rows = list
    .filter(({ hidden }) => !hidden)
    .map((option) => `| \`${option.flags.replaceAll('|', String.raw`\|`)}\`${option.mandatory ? ' (needed)' : ''} | ${meaning(option)} |`);
  return ['| option | meaning |', '| --- | --- |', ...rows].join('\n');
}

function meaning({ description, defaultValue, argChoices }: Option): string {
  return [prose(description), ...choices(argChoices), ...byDefault(defaultValue)].join('; ').replaceAll('|', String.raw`\|`);
}

/** Switches are off until they are given. */
function byDefault(value: unknown): readonly string[] {
  return value === undefined || typeof value === 'boolean'
    ? []
    : [`by default \`${typeof value === 'string' ? value : JSON.stringify(value)}\``];
}

function choices(list: readonly string[] | undefined): readonly string[] {
  return list === undefined ? [] : [`one of ${list.map((each) => `\`${each}\``).join(', ')}`];
}

/** What a command's help says below its options: paragraphs, and what is indented as it stands. */
function afterHelp(command: Command): readonly string[] {
  let text = '';
  // It is told as an event, which is missing among the declarations.
  (command as Command & NodeJS.EventEmitter).emit('afterHelp', { error: false, command, write: (more: string) => (text += more) });
  const blocks: Array<{ readonly indented: boolean; readonly lines: string[] }> = [];
  for (const line of text.split('\n')) {
    const indented = line.startsWith('  ');
    const last = blocks.at(-1);
    if (last === undefined || last.indented !== indented || line === '') blocks.push({ indented, lines: [line] });
    else last.lines.push(line);
  }
  return blocks.flatMap(({ indented, lines }) => {
    const shown = lines.filter((line) => line !== '');
    if (shown.length === 0) return [];
    return indented ? [`\`\`\`text\n${shown.map((line) => line.slice(2)).join('\n')}\n\`\`\``] : [prose(shown.join(' '))];
  });
}

/** Words of a help in Markdown: what stands in angle brackets is no element, and a star is a star. */
function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll(/[<*]/g, String.raw`\$&`)))
    .join('');
}
