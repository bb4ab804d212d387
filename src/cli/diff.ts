import { displayId } from '../domain/ids.ts';
import { filesOfPatch } from '../domain/files-of-patch.ts';
import { visibleText } from '../domain/visible-text.ts';
import { diffOfRun } from '../operations/diff.ts';
import { findRun } from '../operations/find-run.ts';
import { oneLine } from './one-line.ts';
import type { Colours, GlobalOptions, Shell } from './shell.ts';

/** What is named on the command line. */
export interface DiffNames {
  readonly run: string;
  readonly world: string | undefined;
  readonly other: string | undefined;
}

export interface DiffOptions extends GlobalOptions {
  readonly task?: string;
  readonly stat?: boolean;
  readonly nameOnly?: boolean;
  readonly json?: boolean;
}

/** `miyabi diff <run> [world] [other]`: the change of a world, or where two of them differ, as a unified diff. */
export async function diff(shell: Shell, names: DiffNames, options: DiffOptions): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, names.run);
  const { world, other } = names;
  const patch = await diffOfRun(app.tools, job, { world, other, task: options.task });
  const files = filesOfPatch(patch);
  if (options.json === true) {
    const named = { run: displayId('run', job.id), world: world ?? null, other: other ?? null };
    shell.out(`${JSON.stringify({ type: 'run.diff', schemaVersion: 1, ...named, files, patch })}\n`);
  } else if (options.nameOnly === true) shell.out(files.map(({ path }) => `${oneLine(path)}\n`).join(''));
  else if (options.stat === true) shell.out(statOf(files, shell.colours));
  else shell.out(coloured(visibleText(patch).text, shell.colours));
  return 0;
}

function statOf(files: ReturnType<typeof filesOfPatch>, { green, red }: Colours): string {
  const widest = Math.max(0, ...files.map(({ path }) => oneLine(path).length));
  const lines = files.map(({ path, added, removed }) => `${oneLine(path).padEnd(widest)}  ${green(`+${added}`)} ${red(`-${removed}`)}\n`);
  const sum = (of: 'added' | 'removed'): number => files.reduce((total, file) => total + file[of], 0);
  return `${lines.join('')}${files.length === 1 ? 'one file' : `${files.length} files`}, +${sum('added')} -${sum('removed')}\n`;
}

/** As git shows it. */
function coloured(patch: string, { bold, cyan, green, red, isColorSupported }: Colours): string {
  if (!isColorSupported) return patch;
  return patch
    .split('\n')
    .map((line) => {
      if (/^(?:diff |index |--- |\+\+\+ |new file|deleted file|similarity|rename )/.test(line)) return bold(line);
      if (line.startsWith('@@')) return cyan(line);
      if (line.startsWith('+')) return green(line);
      return line.startsWith('-') ? red(line) : line;
    })
    .join('\n');
}
