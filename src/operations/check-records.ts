import type { Artifacts } from '../ports/artifacts.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordFault, RecordsUnderCheck } from '../ports/record-checks.ts';
import { recordChecks } from '../ports/record-checks.ts';

/** What a check of all records takes. */
export interface RecordCheckTools {
  readonly records: RecordsUnderCheck;
  readonly artifacts: Pick<Artifacts, 'stream'>;
  /** How long artifacts live at least, in ms. */
  readonly artifactsMs: number;
  readonly clock: Pick<Clock, 'now'>;
}

export interface CheckedRecords {
  readonly name: string;
  readonly checks: readonly string[];
  readonly faults: readonly RecordFault[];
  /** Large values that were read and found to be what they are called. */
  readonly artifacts: number;
}

/** Looks at all records, and at every large value that they name and that has not expired. Changes nothing. */
export async function checkRecords(tools: RecordCheckTools): Promise<CheckedRecords> {
  const faults = await tools.records.faults();
  const isReadable = !faults.some(({ check }) => check === 'integrity' || check === 'schema');
  const looked = isReadable ? await artifactFaults(tools) : { read: 0, faults: [] };
  return { name: tools.records.name, checks: recordChecks, faults: [...faults, ...looked.faults], artifacts: looked.read };
}

async function artifactFaults({ records, artifacts, artifactsMs, clock }: RecordCheckTools) {
  const living = (await records.artifacts()).filter(({ startedAt }) => clock.now() - startedAt < artifactsMs);
  const attempts = new Map(living.map(({ reference, attempt }) => [reference, attempt]));
  const faults: RecordFault[] = [];
  for (const [reference, attempt] of attempts) {
    const why = await whyUnreadable(artifacts, reference);
    if (why !== undefined) faults.push({ check: 'artifacts', detail: `${reference}, of the attempt ${attempt}: ${why}` });
  }
  return { read: attempts.size - faults.length, faults };
}

async function whyUnreadable(artifacts: RecordCheckTools['artifacts'], reference: string): Promise<string | undefined> {
  try {
    for await (const _ of artifacts.stream(reference));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
