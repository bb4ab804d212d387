import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exitCode } from '../domain/failure.ts';
import { addNote, forgetKnowledge, longestNote } from '../operations/knowledge/add.ts';
import { newestKnowledge, searchKnowledge } from '../operations/knowledge/search.ts';
import type { FoundEntry, ToldEntry } from '../operations/knowledge/search.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

interface Json extends GlobalOptions {
  readonly json?: boolean;
}

export interface SearchOptions extends Json {
  readonly repo?: string;
  readonly error?: readonly string[];
  readonly path?: readonly string[];
  readonly label?: readonly string[];
  readonly most?: number;
}

/** `miyabi knowledge search <text>`: what was learnt about something alike. Exit 7 when nothing is found. */
export async function search(shell: Shell, text: string, options: SearchOptions): Promise<number> {
  await using app = await shell.open(options);
  const report = await searchKnowledge(app.tools, {
    text: await textOrFile(shell, text),
    repository: options.repo === undefined ? undefined : placeOf(shell, options.repo),
    cwd: shell.cwd,
    errors: await Promise.all((options.error ?? []).map(async (error) => await textOrFile(shell, error))),
    paths: options.path ?? [],
    labels: options.label ?? [],
    most: options.most ?? 5,
  });
  const code = report.matches.length === 0 ? exitCode.notFoundOrLocked : exitCode.done;
  if (options.json === true) {
    shell.out(`${JSON.stringify(report)}\n`);
    return code;
  }
  for (const note of report.notes) shell.err(`${oneLine(note)}\n`);
  if (report.matches.length === 0) shell.err(`Nothing was found among ${report.entries} entries.\n`);
  for (const match of report.matches) for (const line of matchLines(shell, match)) shell.out(`${line}\n`);
  return code;
}

export interface AddOptions extends Json {
  readonly repo?: string;
  readonly title?: string;
  readonly path?: readonly string[];
  readonly label?: readonly string[];
}

/** `miyabi knowledge add <file or text>`: keeps a note that later runs and people find. */
export async function add(shell: Shell, note: string, options: AddOptions): Promise<number> {
  await using app = await shell.open(options);
  const { id, title, removed } = await addNote(app.tools, {
    text: await textOrFile(shell, note),
    title: options.title,
    repository: options.repo === undefined ? undefined : placeOf(shell, options.repo),
    paths: options.path ?? [],
    labels: options.label ?? [],
  });
  if (removed > 0) shell.err(`${removed === 1 ? 'A secret was' : `${removed} secrets were`} left out of it.\n`);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'knowledge.added', schemaVersion: 1, id, title, removed })}\n`);
  else shell.out(`Kept as ${id}: ${oneLine(title)}\n`);
  return exitCode.done;
}

/** `miyabi knowledge list`: the newest entries. */
export async function list(shell: Shell, options: Json & { readonly most?: number }): Promise<number> {
  await using app = await shell.open(options);
  const entries = await newestKnowledge(app.tools, options.most ?? 20);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'knowledge.list', schemaVersion: 1, entries })}\n`);
  else for (const entry of entries) shell.out(`${nameOf(entry)}  ${oneLine(entry.title)}\n`);
  return exitCode.done;
}

/** `miyabi knowledge forget <id>`. */
export async function forget(shell: Shell, id: string, options: Json): Promise<number> {
  await using app = await shell.open(options);
  await forgetKnowledge(app.tools, id);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'knowledge.forgotten', schemaVersion: 1, id })}\n`);
  else shell.out(`Forgotten: ${oneLine(id)}\n`);
  return exitCode.done;
}

/** `miyabi knowledge reindex`: makes every index anew from the entries. Exit 1 where a part could not be made. */
export async function reindex(shell: Shell, options: Json): Promise<number> {
  await using app = await shell.open(options);
  let told = 0;
  const { entries, notes } = await (
    await app.tools.knowledge()
  ).reindex((done, of) => {
    if (done < of && done - told < 2_000) return;
    told = done;
    shell.err(`${done} of ${of} entries\n`);
  });
  for (const note of notes) shell.err(`${oneLine(note)}\n`);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'knowledge.reindexed', schemaVersion: 1, entries, notes })}\n`);
  else shell.out(`${entries} ${entries === 1 ? 'entry is' : 'entries are'} indexed.\n`);
  return notes.length === 0 ? exitCode.done : exitCode.failed;
}

function matchLines({ colours: { bold, dim, green, red } }: Shell, match: FoundEntry): readonly string[] {
  const { title, outcome, issue, paths, lessons, why, likeness } = match;
  const mark = { succeeded: green('✔'), failed: red('✖'), note: '•' }[outcome];
  const shown = paths.slice(0, 5).map(oneLine);
  return [
    `${mark} ${bold(oneLine(title))}${issue === null ? '' : ` #${oneLine(issue)}`}  ${dim(nameOf(match))}`,
    `    ${dim(`${why.map(oneLine).join('; ')} (${Math.round(likeness * 100)} %)`)}`,
    ...lessons.slice(0, 2).map((lesson) => `    ${oneLine(lesson).slice(0, 300)}`),
    ...(shown.length === 0
      ? []
      : [`    ${shown.join(', ')}${paths.length > shown.length ? `, and ${paths.length - shown.length} more` : ''}`]),
  ];
}

function nameOf({ run, id }: ToldEntry): string {
  return run ?? oneLine(id);
}

/** A file of this name, else the words themselves. */
async function textOrFile(shell: Shell, given: string): Promise<string> {
  if (given.length > 1_000 || given.includes('\n')) return given;
  const path = resolve(shell.cwd, given);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || found.size > longestNote * 4) return given;
  return await readFile(path, 'utf8');
}

/** A folder from where the user stands; an address stays as it is. */
export function placeOf(shell: Shell, given: string): string {
  return /^[a-z+]+:\/\/|^[\w.-]+@[\w.-]+:/.test(given) ? given : resolve(shell.cwd, given);
}
