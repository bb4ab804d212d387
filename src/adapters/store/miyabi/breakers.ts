import { admit, newCircuit, report } from '../../../domain/breaker.ts';
import type { Circuit } from '../../../domain/breaker.ts';
import type { Breakers, Configuration, KnownBreaker } from '../../../ports/breakers.ts';
import type { Clock } from '../../../ports/clock.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface BreakerTable {
  readonly key: string;
  readonly name: string;
  readonly state: Circuit['kind'];
  readonly failures: number;
  readonly successes: number;
  readonly opened_at: number | null;
  readonly probe: string | null;
  readonly probe_until: number | null;
  readonly changed_at: number;
}

const statement = statements(queryBuilder<{ readonly miyabi_breaker: BreakerTable }>());

const breakerByKey = statement<{ readonly key: string }, BreakerTable>((db, p) =>
  db.selectFrom('miyabi_breaker').selectAll().where('key', '=', p.key),
);
const allBreakers = statement<Record<string, never>, BreakerTable>((db) =>
  db.selectFrom('miyabi_breaker').selectAll().orderBy('name').orderBy('key'),
);
const saveBreaker = statement<BreakerTable>((db, p) => {
  const anew = {
    name: p.name,
    state: p.state,
    failures: p.failures,
    successes: p.successes,
    opened_at: p.opened_at,
    probe: p.probe,
    probe_until: p.probe_until,
    changed_at: p.changed_at,
  };
  return db
    .insertInto('miyabi_breaker')
    .values({ key: p.key, ...anew })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(anew));
});
const deleteBreaker = statement<{ readonly key: string }>((db, p) => db.deleteFrom('miyabi_breaker').where('key', '=', p.key));

/** What an answer makes of a circuit: the very same one where there is nothing to write. */
type Change<Answer> = (circuit: Circuit) => { readonly answer: Answer; readonly circuit: Circuit };

/** The part of the ledger that knows which configurations fail. */
export function sqlBreakers(transactions: LedgerTransactions, clock: Clock): Breakers {
  /** Looks first without the right to write, which is all that most worlds need; what is to be changed is looked at again under it. */
  async function decide<Answer>(configuration: Configuration, change: Change<Answer>): Promise<Answer> {
    const seen = await transactions.read((runner) => circuitOf(runner, configuration.key));
    const first = change(seen);
    if (first.circuit === seen) return first.answer;
    return await transactions.write(
      async (runner) => {
        const before = await circuitOf(runner, configuration.key);
        const { answer, circuit } = change(before);
        if (circuit !== before) await save(runner, { ...configuration, circuit, changedAt: clock.now() });
        return answer;
      },
      { serial: [`breaker:${configuration.key}`] },
    );
  }
  return {
    admit: (configuration, applicant, settings) =>
      decide(configuration, (before) => {
        const { admission, circuit } = admit(before, { ...applicant, now: clock.now() }, settings);
        return { answer: admission, circuit };
      }),
    report: (configuration, end, settings) =>
      decide(configuration, (before) => ({ answer: undefined, circuit: report(before, { ...end, now: clock.now() }, settings) })),
    list: () => transactions.read(async (runner) => (await runner.all(allBreakers, {})).map(breakerFromRow)),
  };
}

async function circuitOf(runner: StatementRunner, key: string): Promise<Circuit> {
  const [row] = await runner.all(breakerByKey, { key });
  return row === undefined ? newCircuit : breakerFromRow(row).circuit;
}

async function save(runner: StatementRunner, { key, name, circuit, changedAt }: KnownBreaker): Promise<void> {
  if (circuit === newCircuit) return void (await runner.run(deleteBreaker, { key }));
  const probe = circuit.kind === 'half-open' ? circuit.probe : undefined;
  await runner.run(saveBreaker, {
    key,
    name,
    state: circuit.kind,
    failures: circuit.kind === 'closed' ? circuit.failures : 0,
    successes: circuit.kind === 'half-open' ? circuit.successes : 0,
    opened_at: circuit.kind === 'open' ? circuit.since : null,
    probe: probe?.holder ?? null,
    probe_until: probe?.until ?? null,
    changed_at: changedAt,
  });
}

function breakerFromRow(row: BreakerTable): KnownBreaker {
  return { key: row.key, name: row.name, circuit: circuitFromRow(row), changedAt: row.changed_at };
}

function circuitFromRow({ state, failures, successes, opened_at, probe, probe_until }: BreakerTable): Circuit {
  switch (state) {
    case 'closed':
      return { kind: 'closed', failures };
    case 'open':
      return { kind: 'open', since: opened_at ?? 0 };
    case 'half-open':
      return {
        kind: 'half-open',
        successes,
        probe: probe === null || probe_until === null ? undefined : { holder: probe, until: probe_until },
      };
  }
}
