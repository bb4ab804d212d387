import { Failure } from '../domain/failure.ts';
import type { Incident, IncidentKind } from '../domain/incident.ts';

/** The keys of the configuration that say how much is too much. */
const limits: Partial<Record<IncidentKind, string>> = {
  memory: 'limits.memoryGigabytes',
  processes: 'limits.processes',
  disk: 'limits.diskGigabytes',
  output: 'limits.outputMegabytes',
};

/** Why a world was stopped, as the end of a sentence; where a limit of the configuration is the reason, with its key. */
export function ruleBrokenBy({ kind, detail }: Incident): string {
  const key = limits[kind];
  return key === undefined ? detail : `${detail} (\`${key}\` limits that)`;
}

/**
 * Aborts when either does: the task, or the sandbox because its world broke a rule. What is waited for then ends with a sentence
 * that people can read.
 *
 * @param stopped of a sandbox; its reason is an {@link Incident}.
 */
export function untilStopped(task: AbortSignal, stopped: AbortSignal): AbortSignal {
  const broken = new AbortController();
  const react = (): void => broken.abort(failureOf(stopped.reason as Incident));
  if (stopped.aborted) react();
  else stopped.addEventListener('abort', react, { once: true });
  return AbortSignal.any([task, broken.signal]);
}

function failureOf(incident: Incident): Failure {
  const key = limits[incident.kind];
  const raise = key === undefined ? '' : `, or raise \`${key}\` in your own configuration if it needs that much`;
  return new Failure(
    'failed',
    {
      what: 'What ran in the checkout was stopped, because it broke a rule.',
      why: `It is said of it: ${incident.detail}.`,
      fix: `Find out what does that when the project is set up or checked${raise}.`,
    },
    { facts: { incident } },
  );
}
