import type { TaskType } from '../../src/domain/task-type.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Registration, TaskContext } from '../../src/weaver/handler.ts';
import { handle } from '../../src/weaver/handler.ts';
import { scoreWorld } from '../../src/evaluation/score.ts';
import { choose } from '../../src/workflow/choose.ts';
import { implement } from '../../src/workflow/implement.ts';
import { keptValue } from '../../src/workflow/kept.ts';
import { plan } from '../../src/workflow/plan.ts';
import * as types from '../../src/workflow/task-types.ts';
import type { WorkflowTools } from '../../src/workflow/tools.ts';
import { runOf } from '../../src/workflow/tools.ts';
import { recordBegin, recordRan } from '../../src/workflow/world-records.ts';
import type { RunTemplate } from './template.ts';

/** Told when the result of a world begins to be written, and when its own row is. */
export interface WorldProbe {
  writing(): void;
  rowWritten(): void;
}

/**
 * The task types of a run. What works with a repository answers with what it answered in the template, on the base of its own
 * run; what splits, joins and chooses is the product's own code, and so is every write.
 */
export function replaying(template: RunTemplate, ledger: Ledger, probe: WorldProbe): readonly Registration[] {
  const mirror = { readRef: async () => undefined, listFiles: async () => [], readFiles: async () => new Map() };
  const tools = {
    ledger,
    git: { mirror: async () => mirror, open: async () => mirror },
    state: { mirror: () => '' },
    redact: (text: string) => ({ text, removed: 0 }),
  };
  const workflow = tools as unknown as WorkflowTools;
  return [
    again(template, types.analyseType),
    plan(workflow),
    implement(workflow),
    again(template, types.basePrepareType),
    again(template, types.baseCheckType, async (context, { commit, checks }) => {
      await ledger.saveRunEvidence(context.jobId, commit, checks.digest, template.evidence);
      await ledger.saveBaseEvidence(runOf(context).repositoryId, commit, checks.digest, template.evidence);
    }),
    again(template, types.worldRunType, async (context, result) => {
      await recordBegin(workflow, context);
      probe.writing();
      await recordRan(workflow, context, result);
      probe.rowWritten();
    }),
    again(template, types.worldCheckType, async (context, result) => {
      const [ran] = context.dependencies;
      if (ran === undefined || result.kind === 'nothing-to-check') return;
      const { quality } = result;
      const check = await keptValue(workflow, result.check);
      const score = scoreWorld({ base: template.evidence, check, quality, reachable: new Set(template.evidence.failing) });
      await ledger.worlds.checked(ran.taskId, { score, durationMs: result.durationMs, isUnbeatable: false });
    }),
    again(template, types.testsCollectType),
    choose(workflow),
    again(template, types.integrateType),
    again(template, types.reviewType),
    again(template, types.publishType),
    again(template, types.cleanupType),
  ];
}

function again<Payload, Result>(
  template: RunTemplate,
  type: TaskType<Payload, Result>,
  record: (context: TaskContext<Payload>, result: Result) => Promise<void> = async () => undefined,
): Registration {
  return handle(type, async (context) => {
    const recorded = template.tasks.get(context.key);
    if (recorded === undefined) throw new Error(`the template knows no result of ${context.key}`);
    const ownBase = recorded.result.replaceAll(template.attributes.base.commit, runOf(context).base.commit);
    const result = JSON.parse(ownBase) as Result;
    await record(context, result);
    return { kind: 'success', result, observations: recorded.observations };
  });
}
