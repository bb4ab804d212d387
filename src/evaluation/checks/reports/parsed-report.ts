import type { ReportedCase } from './case-ids.ts';

/** What a report holds. `complete` is false where the runner was ended, or left, before it had told everything. */
export interface ParsedReport {
  readonly cases: readonly ReportedCase[];
  readonly complete: boolean;
}
