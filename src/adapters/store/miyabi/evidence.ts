import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { BaseEvidence } from '../../../domain/evidence.ts';
import { unpackText } from '../packed-text.ts';
import type { PackText, StoredText } from '../packed-text.ts';

const evidenceVersion = 1;
const texts = z.array(z.string());
const storedEvidence = z.object({
  schemaVersion: z.literal(evidenceVersion),
  value: z.object({
    check: z.looseObject({ commit: z.string(), install: z.looseObject({ kind: z.string() }), tests: z.looseObject({ kind: z.string() }) }),
    failing: texts,
    flaky: texts,
    passing: texts,
  }),
});

/** Evidence as it is stored. It names every test of a project, so it is kept once for all that refer to it, and packed. */
export interface StoredEvidence {
  /** SHA-256 of its JSON; rows from before it was packed have other ids. */
  readonly id: string;
  /** JSON; rows of earlier versions may hold base64 of JSON that was deflated (RFC 1951). */
  readonly evidence: StoredText;
}

export function storeEvidence(evidence: BaseEvidence, pack: PackText): StoredEvidence {
  const json = JSON.stringify({ schemaVersion: evidenceVersion, value: evidence });
  return { id: createHash('sha256').update(json).digest('hex'), evidence: pack(json) };
}

/** Evidence in a shape of another version is as good as none: the base is checked again. */
export function readEvidence(stored: StoredText): BaseEvidence | undefined {
  const text = unpackText(stored);
  const json = text.startsWith('{') ? text : inflateRawSync(Buffer.from(text, 'base64')).toString('utf8');
  const read = storedEvidence.safeParse(JSON.parse(json));
  return read.success ? (read.data.value as unknown as BaseEvidence) : undefined;
}
