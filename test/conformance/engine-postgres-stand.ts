import { afterAll } from 'vitest';
import type { Engine, WorkerOptions } from '../../src/weaver/engine.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import { freshPostgres } from '../support/postgres.ts';
import type { FreshPostgres } from '../support/postgres.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';
import type { Delivering } from '../support/postgres-engine.ts';
import type { ConformanceOptions, EngineUnderTest, MakeEngine } from './engine/support.ts';

/** What the engines of one case share. */
interface Case {
  readonly url: string;
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
  let database: Promise<FreshPostgres> | undefined;
  let cases = 0;
  afterAll(async () => (await database)?.[Symbol.asyncDispose]());
  return async (registrations, options = {}) => {
    const { url } = await (database ??= freshPostgres());
    cases += 1;
    return open({ url, number: cases }, registrations, options, deliveringIn);
  };
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
