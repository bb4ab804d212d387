import { afterAll } from 'vitest';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import type { Pulse } from '../../src/adapters/store/postgres/pulse.ts';
import type { Engine, WorkerOptions } from '../../src/weaver/engine.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import { freshPostgres } from '../support/postgres.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';
import type { Delivering } from '../support/postgres-engine.ts';
import type { ConformanceOptions, EngineUnderTest, MakeEngine } from './engine/support.ts';

/** What the engines of one case share. */
interface Case {
  readonly url: string;
  readonly pulse: Pulse;
  readonly number: number;
  readonly artifacts?: string;
  readonly carrying?: boolean;
}

/**
 * Makes engines on one database for a whole file of tests, each case in namespaces of its own.
 *
 * @param deliveringIn how ids are brought in a namespace.
 */
export function onPostgres(deliveringIn: (namespace: string) => Promise<Delivering>): MakeEngine {
  let place: ReturnType<typeof begin> | undefined;
  let cases = 0;
  afterAll(async () => {
    const begun = await place;
    await begun?.opened.close();
    await begun?.database[Symbol.asyncDispose]();
  });
  return async (registrations, options = {}) => {
    const { database, opened } = await (place ??= begin());
    cases += 1;
    return open({ url: database.url, pulse: opened.pulse, number: cases }, registrations, options, deliveringIn);
  };
}

/** One database for all cases, and what renews the leases of all: most of what an engine costs would be a thread of its own. */
async function begin() {
  const database = await freshPostgres();
  return { database, opened: await openPostgres(database.url) };
}

async function open(
  of: Case,
  registrations: readonly Registration[],
  options: ConformanceOptions,
  deliveringIn: (namespace: string) => Promise<Delivering>,
): Promise<EngineUnderTest> {
  const namespace = `${of.number}.${options.namespace ?? 'default'}`;
  const delivering = await deliveringIn(namespace);
  // A case that says how ids are brought, or who carries, is taken at its word.
  const carrying = options.carrying ?? of.carrying ?? false;
  const says = options.dispatcher !== undefined || options.sharing !== undefined || carrying;
  const shared = delivering.by !== 'embedded' && !says;
  const made = await openPostgresEngine(registrations, {
    ...options,
    url: of.url,
    pulse: of.pulse,
    namespace,
    delivering,
    sharing: options.sharing ?? shared,
    ...(of.artifacts === undefined ? {} : { artifacts: of.artifacts }),
  });
  return {
    engine: shared ? onlySharing(made.engine) : made.engine,
    another: (others, more = {}) => open({ ...of, carrying, artifacts: made.artifacts }, others, more, deliveringIn),
    [Symbol.asyncDispose]: () => made[Symbol.asyncDispose](),
  };
}

/** Whoever is asked to work on some jobs, or on all, works on all beside others. */
function onlySharing(engine: Engine): Engine {
  return { ...engine, work: (options) => engine.work(isAJobs(options.jobs) ? { ...options, jobs: 'shared' } : options) };
}

function isAJobs(jobs: WorkerOptions['jobs']): boolean {
  return jobs === 'unclaimed' || Array.isArray(jobs);
}
