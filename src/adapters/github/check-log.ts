import type { ForgeCheck, ForgeCheckLog } from '../../domain/forge.ts';
import type { Access } from './access.ts';
import { readCheckId } from './checks.ts';
import type { Client } from './client.ts';
import { ownerAndRepo } from './place.ts';
import { isStatus } from './refusal.ts';
import { endOf, tailOfLog } from './tail-of-log.ts';

const mostBytes = 64_000;
const mostAnnotations = 50;
const longestAnnotation = 1_000;
const logTimeoutMs = 60_000;
/** The end of a step is told in whole seconds, its lines in parts of them. */
const stepSlackMs = 999;

const nothing: ForgeCheckLog = { step: undefined, tail: '', annotations: [] };

/** Of Actions the end of the log of the step that failed; of other Apps what they say of their check; a status has no log. */
export async function readCheckLog({ client, guard }: Access, repository: string, check: ForgeCheck): Promise<ForgeCheckLog> {
  const id = readCheckId(check.id);
  if (id === undefined || id.kind === 'status') return nothing;
  return await guard(`show the log of the check ${check.name}`, async () => {
    const at = ownerAndRepo(repository);
    const { data: run } = await client.rest.checks.get({ ...at, check_run_id: Number(id.id) });
    const annotations = run.output.annotations_count > 0 ? await listAnnotations(client, { ...at, check_run_id: Number(run.id) }) : [];
    const said = [run.output.title, run.output.summary, run.output.text].filter((text) => text !== null && text !== '').join('\n');
    const job = jobIdOf(run);
    const log = job === undefined ? undefined : await logOfJob(client, { ...at, job_id: job });
    return { step: log?.step, tail: log === undefined || log.tail === '' ? endOf(said, mostBytes) : log.tail, annotations };
  });
}

interface Run {
  readonly app: { readonly slug?: string } | null;
  readonly details_url: string | null;
}

/** A check of Actions is a job and says so in its address. */
function jobIdOf({ app, details_url: url }: Run): number | undefined {
  if (app?.slug !== 'github-actions') return undefined;
  const job = /\/actions\/runs\/\d+\/job\/(\d{1,16})/.exec(url ?? '')?.[1];
  return job === undefined ? undefined : Number(job);
}

async function listAnnotations(
  client: Client,
  at: { readonly owner: string; readonly repo: string; readonly check_run_id: number },
): Promise<readonly string[]> {
  const { data } = await client.rest.checks.listAnnotations({ ...at, per_page: mostAnnotations });
  return data.map(({ path, start_line: line, message }) => `${path}:${line}: ${message ?? ''}`.slice(0, longestAnnotation));
}

/** Logs are kept for a while only, and not shown to everybody: without one there is still what the check says. */
async function logOfJob(
  client: Client,
  at: { readonly owner: string; readonly repo: string; readonly job_id: number },
): Promise<{ readonly step: string | undefined; readonly tail: string } | undefined> {
  try {
    const { data: job } = await client.rest.actions.getJobForWorkflowRun(at);
    const failed = job.steps?.find(
      ({ conclusion }) => conclusion === 'failure' || conclusion === 'timed_out' || conclusion === 'cancelled',
    );
    const ended = Date.parse(failed?.completed_at ?? '');
    const { headers } = await client.rest.actions.downloadJobLogsForWorkflowRun({ ...at, request: { redirect: 'manual' } });
    const until = Number.isNaN(ended) ? undefined : ended + stepSlackMs;
    const tail =
      headers.location === undefined ? '' : await tailOfLog({ url: headers.location, timeoutMs: logTimeoutMs, until, mostBytes });
    return { step: failed?.name, tail };
  } catch (error) {
    if (isStatus(error, 404, 410)) return undefined;
    throw error;
  }
}
