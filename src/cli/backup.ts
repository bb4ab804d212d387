import { exitCode } from '../domain/failure.ts';
import { backUp, restore as restoreBackup } from '../operations/backups.ts';
import { oneLine } from './one-line.ts';
import { commandPrefix } from './shell.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface BackupOptions extends GlobalOptions {
  readonly local?: boolean;
  readonly json?: boolean;
}

/** `miyabi backup [folder]`: copies what nobody could make again, while runs go on. */
export async function backup(shell: Shell, to: string | undefined, options: BackupOptions): Promise<number> {
  await using tools = await shell.maintaining(options);
  const { path, bytes, durationMs, manifest, removed, left } = await backUp(tools, to);
  const { madeAt, tables, mirrors } = manifest;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  if (options.json === true) {
    const counts = { bytes, durationMs, files: manifest.files.length, rows, mirrors: mirrors.length };
    shell.out(`${JSON.stringify({ type: 'backup', schemaVersion: 1, path, madeAt, ...counts, removed, left })}\n`);
    return exitCode.done;
  }
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MiB: ${rows.toLocaleString('en-US')} rows, ${manifest.files.length} ${manifest.files.length === 1 ? 'file' : 'files'}`;
  shell.out(`${oneLine(path)}\n${size}, looked through and sound, in ${(durationMs / 1_000).toFixed(1)} s.\n`);
  for (const gone of removed) shell.out(`removed ${oneLine(gone)}, which was older\n`);
  return exitCode.done;
}

/** `miyabi restore <folder>`: puts a backup in the place of what is there. */
export async function restore(shell: Shell, from: string, options: BackupOptions & { readonly force?: boolean }): Promise<number> {
  await using tools = await shell.maintaining(options);
  const { manifest, aside } = await restoreBackup(tools, { from, force: options.force === true });
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'restored', schemaVersion: 1, from, madeAt: manifest.madeAt, aside: aside ?? null })}\n`);
    return exitCode.done;
  }
  shell.out(`Everything is as it was at ${new Date(manifest.madeAt).toISOString()}.\n`);
  if (aside !== undefined) shell.out(`What was there before is kept in ${oneLine(aside)}; remove it when you need it no more.\n`);
  const program = commandPrefix(shell, options);
  shell.out(`Runs that had not ended go on with \`${program} resume\` or \`${program} serve\`.\n`);
  return exitCode.done;
}
