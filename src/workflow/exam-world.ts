import type { ExamColumn } from '../domain/examination.ts';
import { runProbes } from '../evaluation/examine/probe/run-probes.ts';
import { handle } from '../weaver/handler.ts';
import type { Checkout } from './checkout.ts';
import { keptValue } from './kept.ts';
import { openMirror } from './open-mirror.ts';
import { runEverybodysTests } from './run-everybodys-tests.ts';
import { examWorldType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

/** One column of the matrix: everybody's tests, and made-up inputs, on one world's code. */
export function examWorld(tools: WorkflowTools) {
  return handle(examWorldType, async (context) => {
    const { world, commit } = context.payload;
    const checks = await keptValue(tools, context.payload.checks);
    const collected = await keptValue(tools, context.payload.collected);
    const started = tools.clock.monotonic();
    const mirror = await openMirror(tools, context);
    const place = { name: `${world}-exam`, commit, checks };
    let probes: ExamColumn['probes'] = [];
    const tried = async ({ setting, folder, sandbox, environment }: Checkout): Promise<void> => {
      context.progress(`${world}: made-up inputs`);
      probes = await runProbes({
        plans: collected.probes,
        directory: folder.tree,
        nodeBinary: tools.host.nodePath,
        process: sandbox.process,
        environment,
        ...(setting.limits === undefined ? {} : { limits: setting.limits }),
        ...(setting.signal === undefined ? {} : { signal: setting.signal }),
      });
      context.progress(`${world}: everybody's tests`);
    };
    const { tests, notes } = await runEverybodysTests(tools, context, {
      mirror,
      place,
      where: `on the code of ${world}`,
      pool: collected.tests,
      // Before anybody's tests are run: what these change must not change an answer.
      ...(collected.probes.length === 0 ? {} : { first: tried }),
    });
    const durationMs = Math.round(tools.clock.monotonic() - started);
    const column = await tools.ledger.keep({ world, probes, tests, durationMs } satisfies ExamColumn);
    return { kind: 'success', result: { column, notes } };
  });
}
