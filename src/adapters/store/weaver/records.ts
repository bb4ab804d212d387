import type { StoreTransaction } from '../../../ports/store.ts';
import type { StatementRunner } from '../statement.ts';
import { readRecords } from './read-records.ts';
import { writeRecords } from './write-records.ts';

/** The engine's records of one namespace over whatever runs statements. A reader is given the same object and sees less of it. */
export function weaverRecords(runner: StatementRunner, namespace: string): StoreTransaction {
  return { ...readRecords(runner, namespace), ...writeRecords(runner, namespace) };
}
