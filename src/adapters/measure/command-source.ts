import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import type { MeasurementSource } from '../../domain/config-deploy.ts';
import type { NotMeasured, TrafficSource } from '../../ports/measurements.ts';
import type { ProcessResult, ProcessRunner } from '../../ports/process.ts';
import { jsonIn } from './json-in.ts';
import { shown } from './shown.ts';

type Settings = Extract<MeasurementSource, { readonly kind: 'command' }>;

const keepBytes = 65_536;
const measuredSchema = z.object({
  requests: z.number().min(0),
  errors: z.number().min(0),
  p95Ms: z.number().min(0).nullish(),
});

export interface CommandPlace {
  readonly process: ProcessRunner;
  /** Where it runs; made when it is not there. */
  readonly folder: string;
  /** Its whole environment but for the moments and the release. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A program of the user's that prints what the requests of a window came to, as its last line. */
export function commandSource({ process, folder, environment }: CommandPlace, { command, timeoutSeconds }: Settings): TrafficSource {
  return {
    name: 'your command',
    async measure({ number, commit }, { from, to }, signal) {
      const moments = { MIYABI_FROM: String(from), MIYABI_TO: String(to), MIYABI_RELEASE: String(number), MIYABI_COMMIT: commit };
      try {
        await mkdir(folder, { recursive: true });
      } catch (error) {
        return notMeasured(`its folder cannot be made: ${error instanceof Error ? error.message : String(error)}`);
      }
      const result = await process.run({
        command: ['sh', '-c', command],
        cwd: folder,
        env: { ...environment, ...moments },
        timeoutMs: timeoutSeconds * 1_000,
        keepBytes,
        signal,
      });
      const failed = failureOf(result);
      if (failed !== undefined) return notMeasured(failed);
      const line = lastLine(result.stdout);
      const measured = measuredSchema.safeParse(jsonIn(line));
      if (!measured.success) return notMeasured(`it printed no line like {"requests":120,"errors":0,"p95Ms":35}, but: ${line}`);
      const { requests, errors, p95Ms } = measured.data;
      return { kind: 'measured', from, to, requests, errors, p95Ms: p95Ms ?? undefined };
    },
  };
}

function notMeasured(why: string): NotMeasured {
  return { kind: 'measuring', why: shown(why) };
}

function failureOf({ end, stderr }: ProcessResult): string | undefined {
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? undefined : `it ended with exit code ${end.code}: ${lastLine(stderr)}`;
    case 'signalled':
      return `it was ended by ${end.signal}`;
    case 'timeout':
      return `it took longer than ${end.afterMs / 1_000} s`;
    case 'cancelled':
      return 'it was cancelled';
    case 'not-started':
      return `it could not be started: ${end.reason}`;
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
