import { Failure } from '../domain/failure.ts';
import { commentMarker } from '../domain/forge.ts';
import { displayId } from '../domain/ids.ts';
import { forgeOrigin } from '../domain/issue.ts';
import { isBehind, labelChange, labelNamed } from '../domain/labels.ts';
import type { Forge, ForgePlace } from '../ports/forge.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { afterGate } from './gated-plan.ts';
import { keptValue } from './kept.ts';
import { leavingText } from './leaving-text.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { ToldPlan } from './task-types.ts';
import { reviewType } from './task-types.ts';
import type { TellPayload } from './tell-type.ts';
import { tellType } from './tell-type.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';
import { code, inline, sections } from './words/markdown.ts';
import type { PlanComment } from './words/plan-comment.ts';
import { planComment } from './words/plan-comment.ts';
import { reviewComment } from './words/review-comment.ts';

type Context = TaskContext<TellPayload>;

/** A comment with the labels that go with it; without a comment there is nothing to say. */
interface Telling {
  readonly comment?: { readonly name: string; readonly body: string };
  readonly labels: readonly string[];
}

/**
 * Tells something at the forge: writes a comment or edits the one of that kind, and changes labels, of which those that are missing are made. The same
 * twice is once. A forge that is down is waited for; what it refuses is kept with the task, and the run goes on without.
 */
export function tell(tools: WorkflowTools) {
  return handle(tellType, async (context) => {
    const origin = forgeOrigin(runOf(context).issue);
    if (origin === undefined) return { kind: 'success', result: { url: null, why: 'its issue stands at no forge' } };
    const place = { repository: origin.repository, number: context.payload.number ?? origin.number };
    try {
      const telling = await tellingOf(tools, context);
      const forge = await tools.forges.open(origin.forge);
      await label(forge, place, telling.labels);
      if (telling.comment === undefined) return { kind: 'success', result: { url: null } };
      const { name, body } = telling.comment;
      const { url } = await forge.tell(place, commentMarker(displayId('run', context.jobId), name), leavingText(tools, body));
      return { kind: 'success', result: { url } };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { kind: 'success', result: { url: null, why: error.message }, observations: [error.message] };
    }
  });
}

async function label(forge: Forge, place: ForgePlace, wanted: readonly string[]): Promise<void> {
  if (wanted.length === 0) return;
  const { labels: present } = await forge.issue(place);
  const change = labelChange(
    wanted.filter((name) => !isBehind(name, present)),
    present,
  );
  if (change.add.length === 0 && change.remove.length === 0) return;
  await forge.ensureLabels(
    place.repository,
    change.add.flatMap((name) => labelNamed(name) ?? []),
  );
  await forge.changeLabels(place, change);
}

async function tellingOf(tools: WorkflowTools, context: Context): Promise<Telling> {
  const { what, labels } = context.payload;
  switch (what.kind) {
    case 'nothing':
      return { labels };
    case 'comment':
      return { labels, comment: { name: what.name, body: what.body } };
    case 'plan':
      return { labels, comment: ofPlan(context, await keptValue(tools, what.plan)) };
    case 'answer':
      return ofAnswer(context, await keptValue(tools, what.plan));
    case 'no-plan':
      return ofNoPlan(context);
    case 'review':
      return ofReview(context);
  }
}

function ofPlan(context: Context, told: ToldPlan, gate: PlanComment['gate'] = told.gate): Required<Telling>['comment'] {
  const { analysis, plan, warnings } = told;
  const run = displayId('run', context.jobId);
  return { name: 'plan', body: planComment({ run, analysis, plan, gate, warnings, similar: analysis.similar ?? [] }) };
}

/** The comment of the plan says what became of it. */
function ofAnswer(context: Context, told: ToldPlan): Telling {
  const after = afterGate(runOf(context), byKey(context.dependencies, 'approve'), told.plan);
  switch (after.kind) {
    case 'approved': {
      const because = `approved by ${after.by}`;
      const now = { ...told, plan: after.plan, warnings: [...told.warnings, ...after.warnings] };
      return { labels: ['state:implementing'], comment: ofPlan(context, now, { kind: 'open', because }) };
    }
    case 'refused':
      return { labels: ['state:failed'], comment: ofPlan(context, told, { kind: 'refused', because: after.why }) };
    case 'no-plan':
      return { labels: ['state:blocked'] };
  }
}

/** Nothing is said of a run that has its plan, or was cancelled. */
function ofNoPlan(context: Context): Telling {
  const died = context.dependencies.find(({ end }) => end.state === 'dead');
  if (died === undefined) return { labels: [] };
  const run = displayId('run', context.jobId);
  const body = sections([`## ${code(run)} could not be planned`, inline(whyNot(died), 2_000), `${code('/miyabi run')} starts it anew.`]);
  return { labels: ['state:failed'], comment: { name: 'plan', body } };
}

/** A review that was not needed, or ended without a report, is told of with what the run came to. */
function ofReview(context: Context): Telling {
  const review = resultIfAny(
    reviewType,
    context.dependencies.find(({ type }) => type === reviewType.name),
  );
  if (review?.kind !== 'reviewed') return { labels: [] };
  const { report, label: quality, approvedBy, earlier = [] } = review;
  const body = reviewComment({ run: displayId('run', context.jobId), report, earlier, approvedBy });
  return { labels: [quality], comment: { name: 'review', body } };
}
