import type { WorldEvidence } from '../domain/choice.ts';
import type { BaseEvidence } from '../domain/evidence.ts';
import type { ExamColumn, PoolAtBase, PooledTests, TestAuthor } from '../domain/examination.ts';
import type { CommitId } from '../domain/ids.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { WorldName } from '../domain/world.ts';
import { poolOf as judgedAtBase } from '../evaluation/examine/pool.ts';
import { reasonsAgainst } from '../evaluation/gates.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { knownEvidence } from './base-evidence.ts';
import { keptValue } from './kept.ts';
import { needsOfPrograms } from './needs-of.ts';
import { openMirror } from './open-mirror.ts';
import { planProbesOf } from './plan-probes.ts';
import { poolOf } from './pool-of.ts';
import { runEverybodysTests } from './run-everybodys-tests.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { CollectedTests, CollectPayload, CollectResult, PlannedChecks } from './task-types.ts';
import { examWorldType, testsCollectType, testsWriteType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';
import { gatherWorlds } from './world-evidence.ts';

type Context = TaskContext<CollectPayload>;
type Checked = Extract<WorldEvidence, { readonly kind: 'checked' }>;

/**
 * Collects the tests that worlds and test writers wrote, tries them twice at the base, and has every world that could win examined by all of
 * them, and by made-up inputs. Resumed when these have settled, it gathers what they saw.
 */
export function testsCollect(tools: WorkflowTools) {
  return handle(testsCollectType, async (context): Promise<Outcome<CollectResult>> => {
    const { step } = context.payload;
    return step.kind === 'collect' ? await collect(tools, context) : await gather(tools, context, step);
  });
}

async function collect(tools: WorkflowTools, context: Context): Promise<Outcome<CollectResult>> {
  const { base } = context.payload;
  const checks = await keptValue(tools, context.payload.checks);
  const evidence = await knownEvidence(tools, context.jobId, base, checks);
  const { evidence: worlds } = await gatherWorlds(tools, context.dependencies, context.payload);
  const checked = worlds.filter((world) => world.kind === 'checked');
  const writers = writersOf(context);
  const able = checked.filter((world) => reasonsAgainst(evidence, world).length === 0);
  const different = new Set(able.map(({ patchDigest }) => patchDigest)).size;
  if (able.length === 0) return nothing('no world could win');
  if (different < 2 && writers.length === 0)
    return nothing(able.length === 1 ? 'only one world could win' : 'all that could win made the very same change');
  const mirror = await openMirror(tools, context);
  context.progress('collecting the tests of all worlds');
  const pool = await poolOf(mirror, { plan: checks.plan, authors: [...checked.map(authored), ...writers] });
  const probes = different < 2 ? [] : await planProbesOf(context, mirror, { base, worlds: able });
  if (pool.length === 0 && probes.length === 0)
    return nothing('there are no tests of theirs, and no function that could be tried with made-up inputs');
  const { seen, notes } = await atBase(tools, context, { base, checks, mirror, pool });
  return await examine(tools, context, {
    able,
    collected: { tests: tellingTests(pool, seen, evidence, runOf(context).config.examine.most), atBase: seen, probes },
    notes,
  });
}

/** Without those of whom the base says already that they tell nothing, such as tests that hang there: each would cost its time in every world. */
function tellingTests(pool: readonly PooledTests[], seen: readonly PoolAtBase[], base: BaseEvidence, most: number): readonly PooledTests[] {
  const telling = new Set(judgedAtBase(seen, [], base, most).flatMap(({ author, dropped }) => (dropped === undefined ? [author] : [])));
  return pool.filter(({ author }) => telling.has(author));
}

function nothing(reason: string): Outcome<CollectResult> {
  return { kind: 'success', result: { kind: 'nothing', reason }, observations: [`Nothing was examined: ${reason}.`] };
}

/** Whose tests may be in a commit. */
interface Authored {
  readonly author: TestAuthor;
  readonly commit: CommitId;
  readonly change: Checked['change'];
}

function authored({ world, commit, change }: Checked): Authored {
  return { author: world, commit, change };
}

function writersOf({ payload, dependencies }: Context): readonly Authored[] {
  return payload.writers.flatMap((author) => {
    const written = resultIfAny(testsWriteType, byKey(dependencies, `${author}.write`));
    return written?.kind === 'harvested' ? [{ author, commit: written.commit, change: written.change }] : [];
  });
}

async function atBase(
  tools: WorkflowTools,
  context: Context,
  {
    base,
    checks,
    mirror,
    pool,
  }: { readonly base: CommitId; readonly checks: PlannedChecks; readonly mirror: Mirror; readonly pool: readonly PooledTests[] },
): Promise<{ readonly seen: readonly PoolAtBase[]; readonly notes: readonly string[] }> {
  if (pool.length === 0) return { seen: [], notes: [] };
  const place = { name: 'pool-base', commit: base, checks };
  context.progress('the tests of all worlds, at the base');
  const { tests: ran, notes } = await runEverybodysTests(tools, context, { mirror, place, where: 'at the base', pool: [...pool, ...pool] });
  const seen = pool.map(({ author }, index) => ({ author, first: ran[index]!.evidence, second: ran[pool.length + index]!.evidence }));
  return { seen, notes };
}

async function examine(
  tools: WorkflowTools,
  context: Context,
  { able, collected, notes }: { readonly able: readonly Checked[]; readonly collected: CollectedTests; readonly notes: readonly string[] },
): Promise<Outcome<CollectResult>> {
  const { checks } = context.payload;
  const kept = await tools.ledger.keep(collected);
  const children = oneForEachChange(able).map(({ world, commit }): TaskSpec => ({
    type: examWorldType.name,
    key: `${world}.exam`,
    payload: { checks, world, commit, collected: kept },
    needs: needsOfPrograms(runOf(context)),
  }));
  const nextPayload: CollectPayload = { ...context.payload, step: { kind: 'gather', collected: kept, notes: [...notes] } };
  return { kind: 'success', decomposition: { join: 'resume', children, nextPayload } };
}

/** The same change does the same: it is examined once, in the first world that made it. */
function oneForEachChange(worlds: readonly Checked[]): readonly Checked[] {
  return worlds.filter(
    ({ patchDigest }, index) => patchDigest === undefined || worlds.findIndex((other) => other.patchDigest === patchDigest) === index,
  );
}

async function gather(
  tools: WorkflowTools,
  context: Context,
  step: Extract<CollectPayload['step'], { readonly kind: 'gather' }>,
): Promise<Outcome<CollectResult>> {
  const collected = await keptValue(tools, step.collected);
  const { evidence: worlds } = await gatherWorlds(tools, context.dependencies, context.payload);
  const notes = [...step.notes];
  const columns: ExamColumn[] = [];
  for (const child of context.children) {
    const result = resultIfAny(examWorldType, child);
    if (result === undefined) notes.push(`${child.key.replace('.exam', '')} could not be examined: ${whyNot(child).replace(/\.+$/, '')}.`);
    else {
      notes.push(...result.notes);
      columns.push(await keptValue(tools, result.column));
    }
  }
  const all = columns.flatMap((column) => sameAs(column, worlds).map((world) => ({ ...column, world })));
  const evidence = await tools.ledger.keep({ pool: collected.atBase, columns: all, probes: collected.probes, notes });
  return { kind: 'success', result: { kind: 'examined', evidence }, observations: notes };
}

/** The world that was examined, and those that made the very same change. */
function sameAs({ world }: ExamColumn, worlds: readonly WorldEvidence[]): readonly WorldName[] {
  const own = worlds.find((one) => one.kind === 'checked' && one.world === world);
  const digest = own?.kind === 'checked' ? own.patchDigest : undefined;
  const same = worlds.flatMap((one) =>
    one.kind === 'checked' && one.world !== world && digest !== undefined && one.patchDigest === digest ? [one.world] : [],
  );
  return [world, ...same];
}
