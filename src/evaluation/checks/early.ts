import type { EarlyEnd } from '../../domain/early-end.ts';
import type { Reporting } from './reporting.ts';
import { readReports } from './read-reports.ts';

/** When checks are ended before their time. */
export interface EarlyChecks {
  /** Of a build, in ms. */
  readonly noBuildMs: number;
  /** Of tests of which none has passed, in ms; where their runner tells as it goes. */
  readonly noPassMs: number;
  /** Told of each decision to end something, once it is made. */
  readonly onEnd: (end: EarlyEnd) => void;
}

/** Watches one run of tests. Disposing it ends the watch. */
export interface PassWatch extends AsyncDisposable {
  /** Aborts when the time has passed and no test has; the reason is an {@link EarlyEnd}. */
  readonly signal: AbortSignal;
}

/** Runners that write down each test as it ends, and do nothing else before. */
const tellingAsTheyGo: ReadonlySet<string> = new Set(['node:test', 'pytest', 'unittest']);

/**
 * Looks once, when the time is up, whether any test has passed. Only what runners write down while they go is seen: of
 * one that tells everything at its end nothing is known, and it is left alone.
 */
export function watchPasses(
  reporting: Pick<Reporting, 'reports' | 'unseal'>,
  directory: string,
  { noPassMs, onEnd }: EarlyChecks,
): PassWatch {
  const stop = new AbortController();
  let looking: Promise<void> = Promise.resolve();
  async function look(): Promise<void> {
    const report = await readReports({ reporting, directory, ended: true });
    if (report === undefined || !tellingAsTheyGo.has(report.runner) || report.cases.some(({ status }) => status === 'passed')) return;
    const end: EarlyEnd = { rule: 'no-pass', reason: `no test has passed after ${inMinutes(noPassMs)} of testing` };
    onEnd(end);
    stop.abort(end);
  }
  // What cannot be read now is read when the tests have ended, by whoever judges them.
  const timer = setTimeout(() => void (looking = look().catch(() => undefined)), noPassMs);
  return {
    signal: stop.signal,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await looking;
    },
  };
}

/** What ended a build early, if it was this and not the time limit of all checks. */
export function buildEnd({ noBuildMs }: EarlyChecks): EarlyEnd {
  return { rule: 'no-build', reason: `the build has not come to an end after ${inMinutes(noBuildMs)}` };
}

function inMinutes(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 6_000) / 10} min`;
}
