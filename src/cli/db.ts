import { exportDatabase, importDatabase, migrateDatabase } from '../operations/move-database.ts';
import type { TransferProgress, Transferred } from '../ports/transfer.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface DatabaseOptions extends GlobalOptions {
  readonly local?: boolean;
  readonly json?: boolean;
}

/** `miyabi db migrate`: brings the tables to the newest schema. */
export async function migrateDb(shell: Shell, options: DatabaseOptions): Promise<number> {
  const moving = await shell.moving(options);
  const changes = await migrateDatabase(moving);
  const { name } = moving.database;
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'db.migrated', schemaVersion: 1, database: name, schemas: changes })}\n`);
  else {
    for (const { schema, before, after } of changes)
      shell.out(`${schema}: ${before === after ? `${after}, as it was` : `${before === 0 ? 'made anew' : before} → ${after}`}\n`);
    shell.out(`${oneLine(name)} has the newest schema.\n`);
  }
  return 0;
}

export interface ExportOptions extends DatabaseOptions {
  readonly force?: boolean;
}

/** `miyabi db export <file>`: writes all records to a file. */
export async function exportDb(shell: Shell, file: string, options: ExportOptions): Promise<number> {
  const moving = await shell.moving(options);
  const progress = progressOn(shell, 'exported');
  const exported = await exportDatabase(moving, { file, force: options.force === true, onProgress: progress.tell });
  progress.end();
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'db.exported', schemaVersion: 1, file, ...exported })}\n`);
    return 0;
  }
  shell.out(`${oneLine(file)}: ${summary(exported)}\n`);
  for (const { name, because } of exported.left) shell.out(`left: ${name} (${because})\n`);
  if (exported.living > 0) {
    const working = exported.living === 1 ? 'A process was' : `${exported.living} processes were`;
    shell.err(
      `${shell.colours.yellow('!')} ${working} working on it: what was under way is begun anew where this is imported, and goes on here.\n`,
    );
  }
  return 0;
}

/** `miyabi db import <file>`: takes all records from a file into an empty database. */
export async function importDb(shell: Shell, file: string, options: DatabaseOptions): Promise<number> {
  const moving = await shell.moving(options);
  const progress = progressOn(shell, 'imported');
  const imported = await importDatabase(moving, { file, onProgress: progress.tell });
  progress.end();
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'db.imported', schemaVersion: 1, database: moving.database.name, ...imported })}\n`);
    return 0;
  }
  shell.out(`${oneLine(moving.database.name)}: ${summary(imported)}, every one as it was written\n`);
  if (imported.replaced > 0)
    shell.err(
      `${shell.colours.yellow('!')} ${grouped(imported.replaced)} characters with the number 0, which it cannot hold, were replaced.\n`,
    );
  return 0;
}

function summary({ tables, rows, sha256 }: Transferred): string {
  return `${grouped(rows)} rows of ${tables.length} tables (sha256 ${sha256.slice(0, 16)})`;
}

/** At a terminal one line that changes; else a line for each table that is done, where it has rows. */
function progressOn(shell: Shell, done: string): { readonly tell: (progress: TransferProgress) => void; readonly end: () => void } {
  let shown = false;
  return {
    tell: ({ table, rows, of }) => {
      const share = `${table}: ${grouped(rows)} of ${grouped(of)} rows`;
      if (shell.interactive) {
        shell.err(`\r\u001B[2K${share.slice(0, shell.columns() - 1)}`);
        shown = true;
      } else if (rows === of) shell.err(`${table}: ${grouped(of)} rows ${done}\n`);
    },
    end: () => {
      if (shown) shell.err('\r\u001B[2K');
    },
  };
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
