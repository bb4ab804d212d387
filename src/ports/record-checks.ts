/**
 * What is looked at. `integrity` the pages and indexes of the database; `references` rows that others refer to; `schema` tables, columns, indexes and
 * views; `counts` how many tasks a job says it has; `states` what follows from them; `leases` who executes what; `events` their order;
 * `artifacts` large values that attempts name.
 */
export const recordChecks = ['integrity', 'references', 'schema', 'counts', 'states', 'leases', 'events', 'artifacts'] as const;
export type RecordCheck = (typeof recordChecks)[number];

/** Something that cannot be so. */
export interface RecordFault {
  readonly check: RecordCheck;
  /** What is wrong, and where: a sentence. */
  readonly detail: string;
}

/** An artifact that an attempt says it has left. */
export interface NamedArtifact {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly reference: string;
  readonly attempt: string;
  /** When the attempt began, epoch ms: it was stored after that, and lives from then on for as long as it was given. */
  readonly startedAt: number;
}

/** One consistent look at all records. Nothing is written, and whoever writes meanwhile is not held up. */
export interface RecordsUnderCheck {
  /** For people, without a password: a path, or an address. */
  readonly name: string;
  /** Everything but the artifacts. @throws Failure (configuration) for a database that cannot be read at all. */
  faults(): Promise<readonly RecordFault[]>;
  artifacts(): Promise<readonly NamedArtifact[]>;
}
