import { existsSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { exitCode, Failure } from '../domain/failure.ts';
import type { ProposedConfiguration } from '../operations/init/propose-configuration.ts';
import { proposeConfiguration } from '../operations/init/propose-configuration.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface InitOptions extends GlobalOptions {
  readonly repo?: string;
  readonly worlds?: number;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const name = 'miyabi.config.yaml';
const usualWorlds = 5;

/**
 * `miyabi init`: a commented configuration that fits the project, with what files of other tools say. At a terminal it asks; nothing is ever
 * overwritten without `--force`.
 */
export async function init(shell: Shell, options: InitOptions): Promise<number> {
  await using app = await shell.open(options);
  const proposed = await proposeConfiguration(app.tools, resolve(shell.cwd, options.repo ?? '.'));
  const path = join(proposed.root, name);
  const isDry = options.dryRun === true;
  const existing = [...new Set([...proposed.existing, ...(existsSync(path) ? [name] : [])])];
  if (existing.length > 0 && options.force !== true && !isDry) throw isThere(existing);
  if (options.json !== true) tellWhatWasFound(shell, proposed);
  const worlds = await chosenWorlds(shell, options);
  if (worlds === undefined) return exitCode.interrupted;
  const text = proposed.text({ worlds });
  if (!isDry) writeFileSync(path, text, { flag: options.force === true ? 'w' : 'wx' });
  const { imported, left, ecosystem, found } = proposed;
  if (options.json === true)
    shell.out(`${JSON.stringify({ type: 'init', schemaVersion: 1, path, written: !isDry, ecosystem, found, imported, left, text })}\n`);
  else if (isDry) shell.out(text);
  else
    shell.out(
      `${relative(shell.cwd, path) || name} is written. Commit it: runs read it from the commit they start from.\n  ${shell.program} doctor\n`,
    );
  return exitCode.done;
}

function tellWhatWasFound(shell: Shell, { ecosystem, found, imported, left }: ProposedConfiguration): void {
  const commands = Object.entries(found).map(([key, command]) => `${key}: ${command}`);
  shell.err(`Found a project of ${ecosystem}${commands.length === 0 ? '' : ` (${oneLine(commands.join(', '))})`}.\n`);
  for (const { key, value, from } of imported) shell.err(`  ${key} = ${oneLine(value)}   from ${oneLine(from)}\n`);
  for (const sentence of left) shell.err(`  not taken: ${oneLine(sentence)}\n`);
}

/** @returns undefined where the person leaves. */
async function chosenWorlds(shell: Shell, { worlds, yes, json, dryRun }: InitOptions): Promise<number | undefined> {
  if (worlds !== undefined || yes === true || json === true || dryRun === true || !shell.interactive) return worlds ?? usualWorlds;
  const { isCancel, select } = await import('@clack/prompts');
  const given = await select({
    message: 'How many worlds for each task?',
    initialValue: usualWorlds,
    options: [1, 3, usualWorlds, 7].map((value) => ({ value, label: String(value) })),
    output: shell.errStream,
  });
  return isCancel(given) ? undefined : given;
}

function isThere(existing: readonly string[]): Failure {
  return new Failure('usage', {
    what: `${existing.join(' and ')} is there already.`,
    why: 'What you have written is not overwritten unasked.',
    fix: '`miyabi init --dry-run` shows what it would write, --force writes it.',
  });
}
