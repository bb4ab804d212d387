import type { Editors } from '../ports/editors.ts';

/** An editor that is there, as it is started. */
export interface ChosenEditor {
  readonly command: string;
  /** What is worth saying of it, in a sentence. */
  readonly note?: string;
}

/** Programs that return at once unless they are told to wait. */
const returnsAtOnce = /^(?:code|code-insiders|codium|vscodium|cursor|windsurf|subl|zed|mate)$/;

/** The extension of VS Code that is called Cline. */
const cline = 'saoudrizwan.claude-dev';

/**
 * What a person works in: what is configured, else VS Code where it is installed, else `$VISUAL` or `$EDITOR`.
 * @param environment the person's own. @returns undefined where there is none of them.
 */
export async function chooseEditor(
  editors: Pick<Editors, 'isThere' | 'extensions'>,
  {
    configured,
    environment,
  }: { readonly configured: string | undefined; readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<ChosenEditor | undefined> {
  if (configured !== undefined) return { command: waiting(configured) };
  if (await editors.isThere('code')) {
    const hasCline = (await editors.extensions()).some((name) => name.toLowerCase() === cline);
    return { command: 'code --wait', ...(hasCline ? { note: 'Cline is installed there: it can mend it with you.' } : {}) };
  }
  const own = [environment['VISUAL'], environment['EDITOR']].find((command) => command !== undefined && command.trim() !== '');
  return own === undefined ? undefined : { command: waiting(own) };
}

function waiting(command: string): string {
  const [program = '', ...words] = command.trim().split(/\s+/);
  const name = program.slice(program.lastIndexOf('/') + 1);
  return returnsAtOnce.test(name) && !words.some((word) => word === '--wait' || word === '-w')
    ? `${command.trim()} --wait`
    : command.trim();
}
