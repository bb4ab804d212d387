import { requestFix } from '../../domain/api/fixes.ts';
import { pickWorld } from '../../domain/api/picks.ts';
import { displayId } from '../../domain/ids.ts';
import { pickWorld as pick } from '../../operations/pick.ts';
import { requestFix as request } from '../../operations/request-fix.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { findRunOf } from './find-run-of.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Going on with a world that somebody names: it is taken, or changed once more. */
export function pickRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(pickWorld, async ({ params, body: { world, task, reason }, caller, changeKey }) => {
      const job = await find(params);
      const startedBy = { how: 'service', who: caller.name } as const;
      const picked = await pick(tools, job, { world, task, reason, how: 'api', startedBy, idempotencyKey: changeKey });
      const named = { run: displayId('run', job.id), task: picked.planTask, world: picked.world, by: caller.name };
      if (picked.kind === 'answered') return { kind: 'answered' as const, ...named };
      return { kind: 'handed-over' as const, ...named, handover: displayId('run', picked.jobId), branch: picked.branch };
    }),
    route(requestFix, async ({ params, body: { world, task, comments, text }, caller, changeKey }) => {
      const job = await find(params);
      const startedBy = { how: 'service', who: caller.name } as const;
      const started = await request(tools, job, { world, task, comments, text, startedBy, idempotencyKey: changeKey });
      const { from, jobId, branch, notes } = started;
      const startedFrom = { run: displayId('run', job.id), task: from.planTask, world: from.world, commit: from.commit };
      return { run: displayId('run', jobId), branch, startedFrom, notes };
    }),
  ];
}
