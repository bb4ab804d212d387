import type { MigrationStream } from '../../../src/adapters/store/migrate.ts';
import { miyabiMigrations } from '../../../src/adapters/store/miyabi/migrations.ts';
import { weaverMigrations } from '../../../src/adapters/store/weaver/migrations.ts';

/** A schema that a program had: how far each of the two streams had come. */
export interface OldSchema {
  readonly weaver: number;
  readonly miyabi: number;
}

/** Every schema that there was, oldest first, as the history of the two streams has it; each later step of Miyabi's own stream is one by itself. */
export const oldSchemas: readonly OldSchema[] = [
  { weaver: 1, miyabi: 1 },
  { weaver: 2, miyabi: 2 },
  { weaver: 3, miyabi: 2 },
  { weaver: 3, miyabi: 4 },
  { weaver: 4, miyabi: 4 },
  ...miyabiNumbers(5, 11).map((miyabi) => ({ weaver: 4, miyabi })),
  ...miyabiNumbers(11, Infinity).map((miyabi) => ({ weaver: 5, miyabi })),
];

/** From here on there was PostgreSQL. */
export const oldSchemasOfPostgres: readonly OldSchema[] = oldSchemas.filter(({ weaver }) => weaver >= 5);

function miyabiNumbers(from: number, to: number): readonly number[] {
  return miyabiMigrations.migrations.map(({ number }) => number).filter((number) => number >= from && number <= to);
}

/** Both streams as far as an older program knew them. */
export function streamsOf({ weaver, miyabi }: OldSchema): readonly MigrationStream[] {
  return [upTo(weaverMigrations, weaver), upTo(miyabiMigrations, miyabi)];
}

function upTo(stream: MigrationStream, number: number): MigrationStream {
  return { ...stream, migrations: stream.migrations.filter((each) => each.number <= number) };
}
