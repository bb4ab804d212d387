import type { MigrationStream } from '../migrate.ts';

const first = [
  `CREATE TABLE miyabi_repository (
    id TEXT PRIMARY KEY,
    root TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE miyabi_base_evidence (
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    commit_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    evidence TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (repository_id, commit_id, plan)
  )`,
  `CREATE TABLE miyabi_folder (
    directory TEXT PRIMARY KEY,
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    job_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  'CREATE INDEX miyabi_folder_job ON miyabi_folder (job_id)',
];

const second = [
  `CREATE TABLE miyabi_run_evidence (
    job_id TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (job_id, commit_id, plan)
  )`,
];

/** Miyabi's own tables, beside those of the engine. */
export const miyabiMigrations: MigrationStream = {
  table: 'miyabi_migration',
  migrations: [
    { number: 1, name: 'repositories, base evidence, folders', statements: first },
    { number: 2, name: 'the base evidence of a run', statements: second },
  ],
};
