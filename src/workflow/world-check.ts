import { createHash } from 'node:crypto';
import type { CheckEvidence } from '../domain/evidence.ts';
import type { EarlyEnd } from '../domain/early-end.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { WorldScore } from '../domain/score.ts';
import { reachableFailures } from '../evaluation/base.ts';
import { measureQuality } from '../evaluation/quality/measure.ts';
import { scoreWorld } from '../evaluation/score.ts';
import { canNotBeBeaten } from '../evaluation/unbeatable.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { stacksOf } from '../weaver/stacks.ts';
import { knownEvidence } from './base-evidence.ts';
import { judgeCommit } from './judge-commit.ts';
import { keptValue } from './kept.ts';
import { failuresOf, noteErrors } from './errors-of-check.ts';
import { openMirror } from './open-mirror.ts';
import { resultOf } from './settled.ts';
import type { WorldCheckPayload, WorldCheckResult, WorldRunResult } from './task-types.ts';
import { worldCheckType, worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Context = TaskContext<WorldCheckPayload>;
type Harvested = Extract<WorldRunResult, { readonly kind: 'harvested' }>;

/**
 * Judges a world by what its commit does on a fresh checkout, where nothing its agent left running can reach. A world that
 * cannot be checked is a result too: it must not fail a run that another one saves.
 */
export function worldCheck(tools: WorkflowTools) {
  return handle(worldCheckType, async (context): Promise<Outcome<WorldCheckResult>> => {
    const [settled] = context.dependencies;
    const ran = resultOf(worldRunType, settled);
    if (ran.kind === 'ended') return { kind: 'success', result: { kind: 'nothing-to-check', reason: ran.reason } };
    const started = tools.clock.monotonic();
    const { result, score, isUnbeatable, observations } = await judge(tools, context, ran).catch((error: unknown) =>
      unchecked(context, error),
    );
    const durationMs = Math.round(tools.clock.monotonic() - started);
    await tools.ledger.worlds.checked(settled!.taskId, { score, durationMs, isUnbeatable });
    return { kind: 'success', result: result.kind === 'checked' ? { ...result, durationMs } : result, observations };
  });
}

/** How long each single test took differs from world to world and decides nothing; how long all took together stays. */
function withoutTimes(check: CheckEvidence): CheckEvidence {
  const { tests } = check;
  if (tests.kind !== 'reported' && tests.kind !== 'timeout') return check;
  const cases = tests.cases.map((test) => {
    const { durationMs: _, ...rest } = test;
    return rest;
  });
  return { ...check, tests: { ...tests, cases } };
}

const unbeatableSentence = 'All points, with evidence for each of them: no other world can have more.';

interface Judged {
  readonly result: WorldCheckResult;
  /** Provisional. */
  readonly score: WorldScore | undefined;
  readonly isUnbeatable: boolean;
  readonly observations: readonly string[];
}

function unchecked(context: Context, error: unknown): Judged {
  context.signal.throwIfAborted();
  const reason = `its change could not be checked: ${error instanceof Error ? error.message : String(error)}`;
  return { result: { kind: 'nothing-to-check', reason }, score: undefined, isUnbeatable: false, observations: stacksOf(error) };
}

async function judge(tools: WorkflowTools, context: Context, { commit, change, summary }: Harvested): Promise<Judged> {
  const { base, world, purpose = 'code' } = context.payload;
  const checks = await keptValue(tools, context.payload.checks);
  const run = runOf(context);
  const mirror = await openMirror(tools, context);
  const evidence = await knownEvidence(tools, context.jobId, base, checks);
  const ends: EarlyEnd[] = [];
  const { noBuildMinutes, noPassMinutes } = run.config.early;
  const early = { noBuildMs: noBuildMinutes * 60_000, noPassMs: noPassMinutes * 60_000, onEnd: (end: EarlyEnd) => void ends.push(end) };
  const judged = { name: `${world}-check`, shown: summary, base, evidence, commit, change, checks, purpose, early };
  const { check, integrity, security, patch, texts } = await judgeCommit(tools, context, mirror, judged);
  await noteErrors(tools, context.jobId, failuresOf(check));
  const quality = await measureQuality({ change, patch, ...texts, coverage: check.coverage });
  const reachable = reachableFailures(evidence, [check]);
  const score = scoreWorld({ base: evidence, check, reachable, quality, security, weights: run.config.score });
  const patchDigest = createHash('sha256').update(patch).digest('hex');
  const result = {
    kind: 'checked',
    check: await tools.ledger.keep(withoutTimes(check)),
    integrity,
    quality,
    security,
    patchDigest,
    durationMs: 0,
    provisionalScore: score.total,
  } as const;
  const isUnbeatable = canNotBeBeaten({ base: evidence, check, change, integrity, security, score });
  const observations = [...ends.map(({ rule, reason }) => `Ended early (${rule}): ${reason}.`), ...(await keepPatch(tools, run, patch))];
  return { result, score, isUnbeatable, observations: isUnbeatable ? [...observations, unbeatableSentence] : observations };
}

/**
 * A change is shown for 30 days on any machine, and what a remote has of it is gone with its run: there it is kept as an artifact, whose name is its
 * digest. One that cannot be kept is no fault of the world. @returns what is to be said of that.
 */
async function keepPatch({ artifacts }: WorkflowTools, { repository }: RunAttributes, patch: string): Promise<readonly string[]> {
  if (repository.kind === 'local') return [];
  return await artifacts.put(patch).then(
    () => [],
    (error: unknown) => [
      `Its diff could not be kept, and \`miyabi diff\` will not show it: ${error instanceof Error ? error.message : String(error)}`,
    ],
  );
}
