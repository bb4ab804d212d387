import { DatabaseSync } from 'node:sqlite';
import type { JobId, ProcessId } from '../../../domain/ids.ts';
import { isCurrent } from '../migrate.ts';
import { weaverMigrations } from '../weaver/migrations.ts';

/** What a list of jobs shows of each. */
export interface JobInBrief {
  readonly id: JobId;
  readonly title: string;
  readonly state: string;
  /** The process that carries it, living or not. */
  readonly carriedBy: ProcessId | undefined;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly endedAt: number | undefined;
}

/**
 * The newest jobs of a file, read by one statement and with nothing loaded for it: a query builder, schemas and an engine cost ten times what an
 * empty program does.
 *
 * @returns undefined where the file is absent, cannot be read like this, or has another schema than this version: whoever opens it as a whole
 * brings it up to date, or says what is wrong with it.
 */
export function newestJobs(
  path: string,
  { exceptGroups, limit }: { readonly exceptGroups: readonly string[]; readonly limit: number },
): readonly JobInBrief[] | undefined {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    if (!isCurrent(database, weaverMigrations, path)) return undefined;
    return database.prepare(newest).all(JSON.stringify(exceptGroups), limit).map(inBrief);
  } catch {
    return undefined;
  }
}

const newest = `SELECT id, title, state, carried_by, created_at, ended_at FROM weaver_job
  WHERE namespace = 'default' AND (group_key IS NULL OR group_key NOT IN (SELECT value FROM json_each(?)))
  ORDER BY created_at DESC, id DESC LIMIT ?`;

function inBrief(row: Readonly<Record<string, unknown>>): JobInBrief {
  return {
    id: row['id'] as JobId,
    title: row['title'] as string,
    state: row['state'] as string,
    carriedBy: (row['carried_by'] ?? undefined) as ProcessId | undefined,
    createdAt: row['created_at'] as number,
    endedAt: (row['ended_at'] ?? undefined) as number | undefined,
  };
}
