import type { DecidedBy } from '../../../domain/choice.ts';
import type { ChoiceFate, Choices } from '../../../ports/choices.ts';
import type { Clock } from '../../../ports/clock.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface ChoiceTable {
  readonly task_id: string;
  readonly job_id: string;
  readonly repository_id: string;
  readonly candidates: number;
  readonly winner: string | null;
  readonly commit_id: string | null;
  readonly decided_by: DecidedBy | null;
  readonly plain_winner: string | null;
  readonly confidence: number;
  readonly chosen_at: number;
  readonly fate: ChoiceFate | null;
  readonly fate_at: number | null;
}

/** Of choices that were made before there was this table there are none. */
export const choiceTables = [
  `CREATE TABLE miyabi_choice (
    task_id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    candidates BIGINT NOT NULL CHECK (candidates >= 0),
    winner TEXT,
    commit_id TEXT,
    decided_by TEXT,
    plain_winner TEXT,
    confidence DOUBLE PRECISION NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    chosen_at BIGINT NOT NULL,
    fate TEXT CHECK (fate IN ('handed-over', 'merged', 'ci-passed', 'ci-failed', 'rejected', 'reverted')),
    fate_at BIGINT,
    CHECK ((winner IS NULL) = (decided_by IS NULL)),
    CHECK ((winner IS NULL) = (commit_id IS NULL)),
    CHECK ((fate IS NULL) = (fate_at IS NULL))
  )`,
  'CREATE INDEX miyabi_choice_repository ON miyabi_choice (repository_id, chosen_at)',
  'CREATE INDEX miyabi_choice_job ON miyabi_choice (job_id)',
];

const statement = statements(queryBuilder<{ readonly miyabi_choice: ChoiceTable }>());

type Chosen = Omit<ChoiceTable, 'fate' | 'fate_at'>;

const saveChoice = statement<Chosen>((db, p) =>
  db
    .insertInto('miyabi_choice')
    .values({
      task_id: p.task_id,
      job_id: p.job_id,
      repository_id: p.repository_id,
      candidates: p.candidates,
      winner: p.winner,
      commit_id: p.commit_id,
      decided_by: p.decided_by,
      plain_winner: p.plain_winner,
      confidence: p.confidence,
      chosen_at: p.chosen_at,
    })
    .onConflict((conflict) => conflict.column('task_id').doNothing()),
);

const setFate = statement<{ readonly job: string; readonly fate: ChoiceFate; readonly at: number }>((db, p) =>
  db.updateTable('miyabi_choice').set({ fate: p.fate, fate_at: p.at }).where('job_id', '=', p.job).where('winner', 'is not', null),
);

interface Counted {
  readonly decided_by: DecidedBy;
  readonly is_plain: number;
  readonly fate: ChoiceFate | null;
  readonly choices: number;
}

const countChoices = statement<{ readonly repository: string }, Counted>((db, p) =>
  db
    .selectFrom('miyabi_choice')
    .select((of) => [
      of.ref('decided_by').$notNull().as('decided_by'),
      of.case().when('winner', '=', of.ref('plain_winner')).then(of.lit(1)).else(of.lit(0)).end().as('is_plain'),
      'fate',
      of.fn.countAll<number>().as('choices'),
    ])
    .where('repository_id', '=', p.repository)
    .where('winner', 'is not', null)
    .groupBy(['decided_by', 'is_plain', 'fate'])
    .orderBy('decided_by')
    .orderBy('is_plain')
    // Those of which nothing is known come first; left to themselves, databases differ.
    .orderBy('fate', (order) => order.asc().nullsFirst()),
);

/** The part of the ledger that knows what was chosen, and what became of it. */
export function sqlChoices(transactions: LedgerTransactions, clock: Clock): Choices {
  return {
    record: (choice) =>
      transactions.write(async (runner) => {
        await runner.run(saveChoice, {
          task_id: choice.taskId,
          job_id: choice.jobId,
          repository_id: choice.repositoryId,
          candidates: choice.candidates,
          winner: choice.winner ?? null,
          commit_id: choice.commit ?? null,
          decided_by: choice.decidedBy ?? null,
          plain_winner: choice.plainWinner ?? null,
          confidence: choice.confidence,
          chosen_at: clock.now(),
        });
      }),
    became: (job, fate) =>
      transactions.write(async (runner) => {
        await runner.run(setFate, { job, fate, at: clock.now() });
      }),
    compare: (repository) =>
      transactions.read(async (runner) =>
        (await runner.all(countChoices, { repository })).map((row) => ({
          decidedBy: row.decided_by,
          isPlain: row.is_plain === 1,
          fate: row.fate ?? undefined,
          choices: row.choices,
        })),
      ),
  };
}
