import { apiAccessTables, signInLinkTables } from './api-access.ts';
import { apiRequestTables } from './api-requests.ts';
import type { MigrationStream } from '../migrate.ts';
import { modelTables } from './model-migration.ts';
import { dropViews, renewViews } from './views.ts';
import { knowledgeTables } from './knowledge.ts';
import { answerTables } from './answers.ts';
import { checkpointTables } from './checkpoints.ts';
import { choiceTables } from './choices.ts';
import { deliveryTables } from './deliveries.ts';
import { deploymentNoteTables } from './deployment-notes.ts';
import { deploymentTables } from './deployments.ts';
import { followUpTables } from './follow-ups.ts';
import { pullRequestTables } from './pull-requests.ts';
import { readerTables } from './readers.ts';
import { releaseTables } from './releases.ts';
import { runFactsTables } from './run-statistics.ts';
import { standingAnswerTables } from './standing-answers.ts';

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

const worlds = [
  `CREATE TABLE miyabi_world (
    task_id TEXT PRIMARY KEY,
    epoch BIGINT NOT NULL CHECK (epoch >= 0),
    job_id TEXT NOT NULL,
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    plan_task TEXT NOT NULL,
    round BIGINT NOT NULL CHECK (round >= 1),
    world TEXT NOT NULL CHECK (world IN ('alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta', 'iota')),
    agent TEXT NOT NULL CHECK (agent <> ''),
    settings TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN
      ('running', 'harvested', 'checked', 'success', 'failed', 'timeout', 'skipped', 'cancelled')),
    chosen BIGINT NOT NULL CHECK (chosen IN (0, 1)),
    score DOUBLE PRECISION CHECK (score BETWEEN 0 AND 100),
    score_build DOUBLE PRECISION CHECK (score_build BETWEEN 0 AND 100),
    score_tests DOUBLE PRECISION CHECK (score_tests BETWEEN 0 AND 100),
    score_lint DOUBLE PRECISION CHECK (score_lint BETWEEN 0 AND 100),
    score_quality DOUBLE PRECISION CHECK (score_quality BETWEEN 0 AND 100),
    score_security DOUBLE PRECISION CHECK (score_security BETWEEN 0 AND 100),
    score_confidence DOUBLE PRECISION CHECK (score_confidence BETWEEN 0 AND 1),
    tests_passed BIGINT CHECK (tests_passed >= 0),
    tests_total BIGINT CHECK (tests_total >= tests_passed),
    cost_micro_usd BIGINT NOT NULL CHECK (cost_micro_usd >= 0),
    run_ms BIGINT CHECK (run_ms >= 0),
    check_ms BIGINT CHECK (check_ms >= 0),
    commit_id TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    CHECK ((ended_at IS NULL) = (status IN ('running', 'harvested', 'checked'))),
    CHECK (status <> 'running' OR run_ms IS NULL),
    CHECK (status NOT IN ('harvested', 'checked', 'success') OR commit_id IS NOT NULL),
    CHECK (status NOT IN ('checked', 'success') OR score IS NOT NULL),
    CHECK (chosen = 0 OR status = 'success'),
    CHECK ((score IS NULL) = (score_confidence IS NULL)),
    CHECK ((score IS NULL) = (tests_total IS NULL))
  )`,
  'CREATE INDEX miyabi_world_job ON miyabi_world (job_id, started_at)',
  'CREATE INDEX miyabi_world_repository ON miyabi_world (repository_id, ended_at)',
  'CREATE INDEX miyabi_world_agent ON miyabi_world (agent, settings, ended_at)',
];

/** What was kept before stays as it is, under ids of its own. */
const evidenceOnce = [
  'CREATE TABLE miyabi_evidence (id TEXT PRIMARY KEY, evidence TEXT NOT NULL)',
  `INSERT INTO miyabi_evidence (id, evidence)
    SELECT 'base:' || repository_id || ':' || commit_id || ':' || plan, evidence FROM miyabi_base_evidence`,
  "INSERT INTO miyabi_evidence (id, evidence) SELECT 'run:' || job_id || ':' || commit_id || ':' || plan, evidence FROM miyabi_run_evidence",
  `CREATE TABLE miyabi_base_evidence_anew (
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    commit_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    evidence_id TEXT NOT NULL REFERENCES miyabi_evidence (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (repository_id, commit_id, plan)
  )`,
  `INSERT INTO miyabi_base_evidence_anew (repository_id, commit_id, plan, evidence_id, created_at)
    SELECT repository_id, commit_id, plan, 'base:' || repository_id || ':' || commit_id || ':' || plan, created_at
    FROM miyabi_base_evidence`,
  `CREATE TABLE miyabi_run_evidence_anew (
    job_id TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    evidence_id TEXT NOT NULL REFERENCES miyabi_evidence (id),
    PRIMARY KEY (job_id, commit_id, plan)
  )`,
  `INSERT INTO miyabi_run_evidence_anew (job_id, commit_id, plan, evidence_id)
    SELECT job_id, commit_id, plan, 'run:' || job_id || ':' || commit_id || ':' || plan FROM miyabi_run_evidence`,
  'DROP TABLE miyabi_base_evidence',
  'DROP TABLE miyabi_run_evidence',
  ...dropViews,
  'ALTER TABLE miyabi_base_evidence_anew RENAME TO miyabi_base_evidence',
  'ALTER TABLE miyabi_run_evidence_anew RENAME TO miyabi_run_evidence',
  ...renewViews,
];

/** The views no longer show stored JSON, which may be packed. */
const keptOnce = ['CREATE TABLE miyabi_kept (id TEXT PRIMARY KEY, value TEXT NOT NULL)', ...renewViews];

/** The rows of worlds that were recorded before say nothing of where they ran. */
const surroundings = [
  ...dropViews,
  "ALTER TABLE miyabi_world ADD COLUMN method TEXT CHECK (method IN ('overlay', 'reflink', 'pool', 'checkout'))",
  "ALTER TABLE miyabi_world ADD COLUMN isolation TEXT CHECK (isolation IN ('container', 'bubblewrap', 'seatbelt', 'limits'))",
  'ALTER TABLE miyabi_world ADD COLUMN memory_bytes BIGINT CHECK (memory_bytes >= 0)',
  'ALTER TABLE miyabi_world ADD COLUMN cpu_ms BIGINT CHECK (cpu_ms >= 0)',
  'ALTER TABLE miyabi_world ADD COLUMN incidents BIGINT NOT NULL DEFAULT 0 CHECK (incidents >= 0)',
  'ALTER TABLE miyabi_folder ADD COLUMN owner TEXT',
  'ALTER TABLE miyabi_folder ADD COLUMN base TEXT',
  `CREATE TABLE miyabi_incident (
    task_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    detail TEXT NOT NULL,
    job_id TEXT NOT NULL,
    count BIGINT NOT NULL CHECK (count >= 1),
    at BIGINT NOT NULL,
    stopped BIGINT NOT NULL CHECK (stopped IN (0, 1)),
    PRIMARY KEY (task_id, kind, detail)
  )`,
  'CREATE INDEX miyabi_incident_job ON miyabi_incident (job_id, at)',
  `CREATE TABLE miyabi_slot (
    slot BIGINT PRIMARY KEY CHECK (slot >= 0),
    directory TEXT NOT NULL UNIQUE REFERENCES miyabi_folder (directory) ON DELETE CASCADE,
    taken_at BIGINT NOT NULL
  )`,
  `CREATE TABLE miyabi_breaker (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('closed', 'open', 'half-open')),
    failures BIGINT NOT NULL CHECK (failures >= 0),
    successes BIGINT NOT NULL CHECK (successes >= 0),
    opened_at BIGINT,
    probe TEXT,
    probe_until BIGINT,
    changed_at BIGINT NOT NULL,
    CHECK ((opened_at IS NOT NULL) = (state = 'open')),
    CHECK (failures = 0 OR state = 'closed'),
    CHECK (successes = 0 OR state = 'half-open'),
    CHECK (probe IS NULL OR state = 'half-open'),
    CHECK ((probe IS NULL) = (probe_until IS NULL))
  )`,
  ...renewViews,
];

const unbeatable = [
  ...dropViews,
  'ALTER TABLE miyabi_world ADD COLUMN unbeatable BIGINT NOT NULL DEFAULT 0 CHECK (unbeatable IN (0, 1))',
  ...renewViews,
];

/** What was learnt, until there were entries of more than runs. */
const lessonTables = [
  `CREATE TABLE miyabi_lesson (
    job_id TEXT PRIMARY KEY,
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'failed')),
    files TEXT NOT NULL,
    summary TEXT NOT NULL,
    ended_at BIGINT NOT NULL
  )`,
  'CREATE INDEX miyabi_lesson_repository ON miyabi_lesson (repository_id, ended_at)',
];

/** Miyabi's own tables, beside those of the engine. */
export const miyabiMigrations: MigrationStream = {
  table: 'miyabi_migration',
  migrations: [
    { number: 1, name: 'repositories, base evidence, folders', statements: first },
    { number: 2, name: 'the base evidence of a run', statements: second },
    { number: 3, name: 'a row for each world', statements: worlds },
    { number: 4, name: 'views for people', statements: renewViews },
    { number: 5, name: 'evidence is kept once', statements: evidenceOnce },
    { number: 6, name: 'what many tasks are given is kept once', statements: keptOnce },
    { number: 7, name: 'surroundings of worlds, incidents, slots, breakers', statements: surroundings },
    {
      number: 8,
      name: 'calls of models, budgets, turns at providers, kept answers, questions',
      statements: [...modelTables, ...renewViews],
    },
    { number: 9, name: 'what was learnt from runs', statements: lessonTables },
    { number: 10, name: 'worlds that cannot be beaten', statements: unbeatable },
    { number: 11, name: 'choices, and what became of them', statements: choiceTables },
    { number: 12, name: 'what forges have told, and pull requests of runs', statements: [...deliveryTables, ...pullRequestTables] },
    { number: 13, name: 'how far readers of the events have come', statements: readerTables },
    { number: 14, name: 'entries of knowledge in place of lessons', statements: knowledgeTables },
    { number: 15, name: 'checkpoints of runs at forges', statements: renewViews },
    { number: 16, name: 'who may use the API, and what was asked of it', statements: [...apiAccessTables, ...apiRequestTables] },
    { number: 17, name: 'releases and deployments', statements: [...releaseTables, ...deploymentTables, ...deploymentNoteTables] },
    {
      number: 18,
      name: 'what was answered, answers that stand, runs that came of others',
      statements: [...answerTables, ...standingAnswerTables, ...followUpTables],
    },
    { number: 19, name: 'links by which a browser signs in', statements: signInLinkTables },
    { number: 20, name: 'where runs stood while they went on', statements: [...checkpointTables, ...renewViews] },
    { number: 21, name: 'what statistics keep of runs', statements: runFactsTables },
  ],
};
