import type { NamedArtifact } from '../../../ports/record-checks.ts';
import type { Ask } from './invariants.ts';

const attempts = "SELECT id, started_at, artifacts FROM weaver_attempt WHERE artifacts LIKE '%\"sha256:%' ORDER BY id";

/** The large values that attempts say they have left. */
export async function namedArtifacts(ask: Ask): Promise<readonly NamedArtifact[]> {
  return (await ask(attempts)).flatMap(({ id, started_at: startedAt, artifacts }) =>
    (JSON.parse(String(artifacts)) as ReadonlyArray<{ readonly reference: string }>)
      .filter(({ reference }) => reference.startsWith('sha256:'))
      .map(({ reference }) => ({ reference, attempt: String(id), startedAt: Number(startedAt) })),
  );
}
