import { readFileSync } from 'node:fs';
import { format } from 'oxfmt';
import { buildCommands } from '../../src/cli/command-line.ts';
import type { Shell } from '../../src/cli/shell.ts';
import { configKeys } from '../../src/domain/config.ts';
import { mayImport, startsProcesses } from '../support/folder-rules.ts';
import { commandReference } from './commands.ts';
import { configurationReference } from './configuration.ts';
import { housePicture } from './house-picture.ts';

/** Everything of the documentation that is made from the code, by its name there. */
export async function references(): Promise<Readonly<Record<string, string>>> {
  return {
    'commands.md': await formatted('commands.md', commandReference(buildCommands(silent, () => undefined))),
    'configuration.md': await formatted('configuration.md', configurationReference(configKeys)),
    'pictures/house.svg': housePicture(mayImport, startsProcesses),
  };
}

/** Commands are described and none is run: of a shell nothing is needed but where words go to. */
const silent = { version: '', out: () => undefined, err: () => undefined } as unknown as Shell;

async function formatted(name: string, text: string): Promise<string> {
  const style = JSON.parse(readFileSync(new URL('../../.oxfmtrc.json', import.meta.url), 'utf8')) as Parameters<typeof format>[2];
  const { code, errors } = await format(name, text, style);
  if (errors.length > 0) throw new Error(`${name}: ${errors.map(({ message }) => message).join(' ')}`);
  return code;
}
