import type { Choice, WorldEvidence } from '../domain/choice.ts';
import type { ExamEvidence } from '../domain/examination.ts';
import { askedWriterName } from '../domain/examination.ts';
import { choose as chooseBest, levelWorlds, undecided } from '../evaluation/choose.ts';
import type { ChoiceRequest } from '../evaluation/choose.ts';
import { mergeExams } from '../evaluation/examine/merge.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { knownEvidence } from './base-evidence.ts';
import { reportChoice } from './breaker-of-world.ts';
import { distinguish } from './distinguish.ts';
import { judgeLevel } from './judge.ts';
import { keptValue } from './kept.ts';
import { redactedChoice } from './redacted.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { ChoosePayload } from './task-types.ts';
import { chooseType, testsCollectType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';
import { gatherWorlds } from './world-evidence.ts';
import { recordChoice } from './world-records.ts';

type Context = TaskContext<ChoosePayload>;

/** Gathers what is known of all worlds of a task and decides between them; the whole table is the result. */
export function choose(tools: WorkflowTools) {
  return handle(chooseType, async (context) => {
    const { base, picked } = context.payload;
    const checks = await keptValue(tools, context.payload.checks);
    const { config } = runOf(context);
    const evidence = await knownEvidence(tools, context.jobId, base, checks);
    const known = await gatherWorlds(tools, context.dependencies, context.payload);
    const exam = await examOf(tools, context);
    const request: ChoiceRequest = {
      base: evidence,
      worlds: known.evidence,
      weights: config.score,
      minSuccessful: config.worlds.minSuccessful,
      mostPerAuthor: config.examine.most,
      ...(exam === undefined ? unexamined(context) : { exam }),
    };
    const asked = picked === undefined ? await askFurther(tools, context, request) : { request, notes: [], costMicroUsd: 0 };
    const chosen = chooseBest(asked.request);
    const unknown = exam === undefined ? notExamined(context) : undefined;
    const told = unknown === undefined ? chosen : { ...chosen, caveats: [...chosen.caveats, unknown] };
    const result = redactedChoice(picked === undefined ? told : takenByPerson(told, picked), tools.redact);
    await recordChoice(tools, context, known.tasks, result);
    await reportChoice(tools, context, result);
    return { kind: 'success', result, observations: asked.notes, costMicroUsd: asked.costMicroUsd };
  });
}

/** What cross-examination showed; undefined where there was none, or it could not be carried out: then the choice is made without it. */
async function examOf(tools: WorkflowTools, { payload, dependencies }: Context): Promise<ExamEvidence | undefined> {
  if (payload.exam !== undefined) return await keptValue(tools, payload.exam);
  const collected = resultIfAny(testsCollectType, byKey(dependencies, 'tests.collect'));
  return collected?.kind === 'examined' ? await keptValue(tools, collected.evidence) : undefined;
}

function unexamined({ dependencies }: Context): Pick<ChoiceRequest, 'unexamined'> {
  const collected = resultIfAny(testsCollectType, byKey(dependencies, 'tests.collect'));
  return collected?.kind === 'nothing' ? { unexamined: collected.reason } : {};
}

/** Why it could not be carried out, in a sentence: nobody is to take a choice without it for one that it had no part in. */
function notExamined({ dependencies }: Context): string | undefined {
  const collecting = byKey(dependencies, 'tests.collect');
  if (collecting === undefined || collecting.end.state === 'succeeded') return undefined;
  return `The worlds could not be compared by each other's tests and by made-up inputs: ${whyNot(collecting).replace(/\.+$/, '')}.`;
}

interface AskedFurther {
  readonly request: ChoiceRequest;
  readonly notes: readonly string[];
  readonly costMicroUsd: number;
}

/** Where the evidence leaves several level, models are asked, where they are configured: first for a test, which is run, then for a judgement. */
async function askFurther(tools: WorkflowTools, context: Context, request: ChoiceRequest): Promise<AskedFurther> {
  const told = await distinguish(tools, context, among(request.worlds, undecided(request)));
  const separated = told.exam === undefined ? request : withTest(request, told.exam);
  const { base } = context.payload;
  const judged = await judgeLevel(tools, context, { base, worlds: among(request.worlds, levelWorlds(separated)) });
  return {
    request: judged.judge === undefined ? separated : { ...separated, judge: judged.judge },
    notes: [...told.notes, ...judged.notes],
    costMicroUsd: told.costMicroUsd + judged.costMicroUsd,
  };
}

/** A test that tells apart what had behaved alike, or had not been examined at all, is a part of the examination. */
function withTest(request: ChoiceRequest, test: ExamEvidence): ChoiceRequest {
  const further = { ...request, distinguishing: test };
  const isHeard = chooseBest(further).examination?.tests.some(({ author }) => author === askedWriterName) === true;
  return isHeard ? further : { ...request, exam: request.exam === undefined ? test : mergeExams(request.exam, test) };
}

function among(worlds: readonly WorldEvidence[], names: readonly string[]) {
  return worlds.flatMap((world) => (world.kind === 'checked' && names.includes(world.world) ? [world] : []));
}

/** @throws when the world has no commit: whoever asked the person saw to that. */
function takenByPerson(choice: Choice, { world, by }: NonNullable<ChoosePayload['picked']>): Choice {
  const verdict = choice.verdicts.find((one) => one.world === world);
  if (verdict?.commit === undefined) throw new Error(`${world} was taken and has no commit`);
  const { verdicts, caveats, plain, examination, funnel } = choice;
  const against = verdict.against.length === 0 ? [] : [`${by} took ${world} although: ${verdict.against.join(' ')}`];
  return {
    kind: 'chosen',
    winner: verdict.world,
    commit: verdict.commit,
    decidedBy: 'person',
    margin: undefined,
    confidence: choice.kind === 'chosen' && choice.winner === world ? choice.confidence : 0,
    ...(funnel === undefined ? {} : { funnel }),
    ...(plain === undefined ? {} : { plain }),
    ...(examination === undefined ? {} : { examination }),
    verdicts,
    caveats: [...caveats, ...against],
  };
}
