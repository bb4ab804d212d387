import type { Imported } from './peers.ts';

/** What a configuration is written from. */
export interface ConfigurationFacts {
  readonly worlds: number;
  readonly ecosystem: string;
  readonly found: Readonly<Record<string, string>>;
  readonly imported: readonly Imported[];
}

/** Where editors find what may stand in the file. */
export const schemaAddress = 'https://unpkg.com/miyabi-worlds/dist/schemas/config.schema.json';

/** A commented `miyabi.config.yaml`: what was imported holds, what was found stands as a comment, because it is found again by itself. */
export function configurationText({ worlds, ecosystem, found, imported }: ConfigurationFacts): string {
  const line = (key: Imported['key'], otherwise: readonly string[]): readonly string[] => {
    const one = imported.find((each) => each.key === key);
    return one === undefined ? otherwise : [`  # from ${comment(one.from)}`, `  ${key.split('.')[1] ?? ''}: ${JSON.stringify(one.value)}`];
  };
  const foundLine = (name: string): readonly string[] =>
    found[name] === undefined ? [] : [`  # ${name}: ${JSON.stringify(found[name])}   # found in the project; set it to use another`];
  return [
    `# yaml-language-server: $schema=${schemaAddress}`,
    '# How Miyabi works on this repository. It is read from the commit that a run starts from; `miyabi config explain` lists every key.',
    '# Agents, networks, secrets and deployment are never set here: those are yours, in ~/.config/miyabi/config.yaml.',
    '',
    'worlds:',
    '  # Each task is done so many times, independently; the best by what its code does is taken.',
    `  count: ${worlds}`,
    ...line('worlds.setup', ['  # setup: "make tools"   # in each checkout, before anything else runs there']),
    ...line('worlds.teardown', []),
    '',
    `# How a change is checked. This is a project of ${comment(ecosystem)}.`,
    ...checks([
      ...foundLine('install'),
      ...foundLine('build'),
      ...foundLine('typeCheck'),
      ...line('checks.test', foundLine('test')),
      ...line('checks.lint', foundLine('lint')),
      ...foundLine('format'),
    ]),
    '',
  ].join('\n');
}

/** A section without a key of its own would be no map. */
function checks(lines: readonly string[]): readonly string[] {
  return [lines.some((line) => !line.startsWith('  #')) ? 'checks:' : '# checks:', ...lines.map((line) => line)];
}

/** Names come from a repository: no line of theirs may end the comment. */
function comment(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ');
}
