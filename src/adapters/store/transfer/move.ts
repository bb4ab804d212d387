import type { Clock } from '../../../ports/clock.ts';
import type { Imported, TransferOptions, Transferred } from '../../../ports/transfer.ts';
import { Failure } from '../../../domain/failure.ts';
import type { MigrationStream } from '../migrate.ts';
import { miyabiMigrations } from '../miyabi/migrations.ts';
import { weaverMigrations } from '../weaver/migrations.ts';
import { readFrom, writeWhole } from './files.ts';
import type { Header } from './format.ts';
import { putRecords } from './read-records.ts';
import type { Source, Target } from './sides.ts';
import { recordLines } from './write-records.ts';

export const streams: readonly MigrationStream[] = [weaverMigrations, miyabiMigrations];

/** What a schema is called, by the table that says how far it has come: `weaver`, `miyabi`. */
export function schemaName({ table }: MigrationStream): string {
  return table.replace(/_migration$/, '');
}

/** The numbers that this version reads and writes. */
export function newestSchemas(): Header['schemas'] {
  return Object.fromEntries(streams.map((stream) => [schemaName(stream), stream.migrations.at(-1)?.number ?? 0]));
}

/** One side of a move, with what people call it. */
export interface Side<T extends AsyncDisposable> {
  readonly database: string;
  readonly open: () => Promise<T>;
}

/** Writes a file from an opened source. @throws Failure (configuration) as `MovableDatabase.exportTo` says. */
export async function exportRecords(
  { database, open }: Side<Source>,
  file: string,
  schemas: Header['schemas'],
  { clock, ...options }: TransferOptions & { readonly clock: Clock },
): Promise<Transferred> {
  mustBeNewest(database, schemas);
  await using source = await open();
  const lines = recordLines(source, { schemas, now: clock.now() }, options);
  let result: Transferred | undefined;
  async function* content(): AsyncIterable<Uint8Array> {
    result = yield* lines;
  }
  await writeWhole(file, content());
  if (result === undefined) throw new Error('A file was written whole, and its lines have not come to an end.');
  return result;
}

/** @throws Failure (configuration) as `MovableDatabase.importFrom` says. */
export async function importRecords({ database, open }: Side<Target>, file: string, options: TransferOptions): Promise<Imported> {
  await using target = await open();
  return await putRecords(readFrom(file), target, { file, database, schemas: newestSchemas() }, options);
}

function mustBeNewest(database: string, schemas: Header['schemas']): void {
  const newest = newestSchemas();
  const older = Object.keys(newest).find((schema) => (schemas[schema] ?? 0) !== newest[schema]);
  if (older === undefined) return;
  throw new Failure(
    'configuration',
    {
      what: `The records of ${database} cannot be exported by this version.`,
      why: `Their schema ${older} is number ${schemas[older] ?? 0}; this version reads and writes number ${newest[older] ?? 0}.`,
      fix: 'Call `miyabi db migrate` first; where the number is higher than ours, use the newer version.',
    },
    { facts: { database, schema: older, found: schemas[older] ?? 0, known: newest[older] ?? 0 } },
  );
}
