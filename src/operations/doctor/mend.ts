import type { Diagnosis } from './finding.ts';

/** What `--fix` did about one finding. */
export interface Mended {
  readonly name: string;
  /** A sentence. */
  readonly done: string;
}

/** Mends what can be mended safely, one after the other. What cannot be mended is told as well, and keeps nothing else from it. */
export async function mendAll(diagnoses: readonly Diagnosis[]): Promise<readonly Mended[]> {
  const mended: Mended[] = [];
  for (const { name, status, mend } of diagnoses) {
    if (status === 'ok' || mend === undefined) continue;
    mended.push({
      name,
      done: await mend().catch((error: unknown) => `It could not be mended: ${error instanceof Error ? error.message : String(error)}`),
    });
  }
  return mended;
}
