import { cancelRun, listRuns, pauseRun, readRun, resumeRun, retryRun, startRun } from '../../domain/api/runs.ts';
import type { JobId } from '../../domain/ids.ts';
import { displayId } from '../../domain/ids.ts';
import { traceOf } from '../../domain/trace.ts';
import { openQuestions } from '../../operations/answer.ts';
import { followUpsOf } from '../../operations/follow-ups.ts';
import { endRun, goOnWithRun, holdRun, tryRunAgain } from '../../operations/steer-run.ts';
import { lastCheckpoint } from '../../operations/last-checkpoint.ts';
import { idOfQuestion } from '../../operations/answer-question.ts';
import { readReport } from '../../operations/read-report.ts';
import { listRuns as findRuns } from '../../operations/list-runs.ts';
import { runsInBrief } from '../../operations/run-in-brief.ts';
import { startAskedRun } from '../../operations/start-asked.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { JobView } from '../../weaver/engine.ts';
import { findRunOf } from './find-run-of.ts';
import { readCursor, writeCursor } from './page.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Runs, and how they are steered. */
export function runRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(listRuns, async ({ query: { cursor, limit, open, state, q, repository } }) => {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const jobs = await findRuns(tools, {
        open: open === undefined ? undefined : open === 'true',
        states: state,
        text: q,
        repository,
        ...(after === undefined ? {} : { before: { createdAt: after[0], id: after[1] as JobId } }),
        limit: limit + 1,
      });
      const shown = jobs.slice(0, limit);
      const last = shown.at(-1);
      const next = last === undefined || jobs.length <= limit ? null : writeCursor([last.createdAt, last.id]);
      return { items: await runsInBrief(tools, shown), next };
    }),
    route(readRun, async ({ params }) => {
      const job = await find(params);
      const { report, reason } = await readReport(tools, job);
      const questions = job.endedAt === undefined ? await openQuestions(tools, job.id) : [];
      const escalations = questions.map((question) => idOfQuestion(job.id, question));
      const [brief] = await runsInBrief(tools, [job]);
      const checkpoint = await lastCheckpoint(tools, job.id);
      const others = { ...(await followUpsOf(tools, job.id)), escalations, checkpoint, traceId: traceOf(job.id, job.attributes) };
      return { ...brief!, lastEvent: job.lastEvent, report: { ...report, reason }, ...others };
    }),
    route(startRun, async ({ body, caller, changeKey, cause }) => {
      const { jobId, branch, notes } = await startAskedRun(tools, { ...body, changeKey, cause }, caller.name);
      return { run: displayId('run', jobId), branch, notes };
    }),
    route(cancelRun, async ({ params, body: { reason }, caller }) => {
      const job = await find(params);
      await endRun(tools, job, because('cancelled', caller.name, reason));
      return steered(job, caller.name);
    }),
    route(pauseRun, async ({ params, body: { reason }, caller }) => {
      const job = await find(params);
      await holdRun(tools, job, because('paused', caller.name, reason));
      return steered(job, caller.name);
    }),
    route(resumeRun, async ({ params, caller }) => {
      const job = await find(params);
      await goOnWithRun(tools, job);
      return steered(job, caller.name);
    }),
    route(retryRun, async ({ params, caller }) => {
      const job = await find(params);
      return { ...steered(job, caller.name), tasks: await tryRunAgain(tools, job, caller.name) };
    }),
  ];
}

function steered({ id }: JobView, by: string): { readonly run: string; readonly by: string } {
  return { run: displayId('run', id), by };
}

function because(what: string, by: string, reason: string | undefined): string {
  return `${what} by ${by}${reason === undefined ? '' : `: ${reason}`}`;
}
