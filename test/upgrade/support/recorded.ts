import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** What `scripts/record-journals.mjs` writes: a run as it lay on the disk when its process was killed. */
interface Recorded {
  /** Of the task that was about to begin, or had begun. */
  readonly type: string;
  readonly database: { readonly definitions: readonly string[]; readonly rows: Readonly<Record<string, readonly Row[]>> };
  /** Bundles of git and files, in base64. */
  readonly project: string;
  readonly mirror: { readonly name: string; readonly bundle: string };
  readonly artifacts: Readonly<Record<string, string>>;
}
type Row = Readonly<Record<string, string | number | null>>;

const folder = fileURLToPath(new URL('../recorded', import.meta.url));

/** The version that made a recording, and the type of the task at which it stands. */
export interface Recording {
  readonly version: string;
  readonly type: string;
}

/** Every recording, by version and type. */
export const recordings: readonly Recording[] = readdirSync(folder)
  .toSorted()
  .flatMap((version) =>
    readdirSync(join(folder, version))
      .toSorted()
      .map((file) => ({ version, type: file.replace(/\.json\.gz$/, '') })),
  );

/** Where a recording was put. */
export interface Restored {
  readonly project: string;
  readonly state: string;
}

/** Puts a recorded run into a folder as if it had been killed there. */
export function restore({ version, type }: Recording, into: string): Restored {
  const packed = readFileSync(join(folder, version, `${type}.json.gz`));
  const recorded = JSON.parse(
    gunzipSync(packed).toString().replaceAll('@folder@', into).replaceAll('@node@', process.execPath),
  ) as Recorded;
  const [project, state] = [join(into, 'project'), join(into, 'state')];
  mkdirSync(join(state, 'mirrors'), { recursive: true });
  writeDatabase(join(state, 'miyabi.db'), recorded.database);
  clone(recorded.project, project, into, ['--origin', 'recorded']);
  for (const [key, value] of [
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.org'],
  ] as const)
    git(project, 'config', key, value);
  git(project, 'remote', 'remove', 'recorded');
  clone(recorded.mirror.bundle, join(state, 'mirrors', recorded.mirror.name), into, ['--mirror']);
  git(join(state, 'mirrors', recorded.mirror.name), 'remote', 'remove', 'origin');
  for (const [name, content] of Object.entries(recorded.artifacts)) {
    const file = join(state, 'artifacts', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, 'base64');
  }
  return { project, state };
}

function writeDatabase(path: string, { definitions, rows }: Recorded['database']): void {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec('PRAGMA journal_mode = WAL; BEGIN');
  for (const definition of definitions.filter((sql) => sql.startsWith('CREATE TABLE'))) database.exec(definition);
  for (const [table, all] of Object.entries(rows)) {
    for (const row of all) {
      const columns = Object.keys(row);
      const places = columns.map(() => '?').join(', ');
      database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`).run(...Object.values(row));
    }
  }
  for (const definition of definitions.filter((sql) => !sql.startsWith('CREATE TABLE'))) database.exec(definition);
  database.exec('COMMIT');
  database.close();
}

function clone(bundle: string, directory: string, into: string, options: readonly string[]): void {
  const file = join(into, 'bundle');
  writeFileSync(file, bundle, 'base64');
  git(into, 'clone', '--quiet', ...options, file, directory);
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd, env: { PATH: process.env['PATH'], HOME: cwd }, stdio: ['ignore', 'ignore', 'pipe'] });
}
