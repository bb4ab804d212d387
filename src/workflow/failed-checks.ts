import { createHash } from 'node:crypto';
import type { CheckFailure } from '../domain/check-failure.ts';
import { checkFailure } from '../domain/check-failure.ts';
import type { ForgeCheck } from '../domain/forge.ts';
import type { Forge } from '../ports/forge.ts';
import { leavingText } from './leaving-text.ts';
import type { WorkflowTools } from './tools.ts';

/** Checks whose logs are read; where more fail the others are most likely of the same kind. */
const mostRead = 10;

/** Why checks failed, as far as the forge tells, without secrets: agents and people are shown it. */
export async function failuresOf(
  tools: Pick<WorkflowTools, 'redact' | 'findSecrets'>,
  forge: Pick<Forge, 'checkLog'>,
  repository: string,
  failed: readonly ForgeCheck[],
): Promise<readonly CheckFailure[]> {
  const plain = (text: string): string => leavingText(tools, text);
  const failures: CheckFailure[] = [];
  for (const check of failed.slice(0, mostRead)) {
    const { step, tail, annotations } = await forge.checkLog(repository, check);
    const log = { step: step === undefined ? undefined : plain(step), tail: plain(tail), annotations: annotations.map(plain) };
    failures.push(checkFailure({ ...check, name: plain(check.name) }, log));
  }
  return failures;
}

/** The fingerprint of a failure as it is kept. */
export function keptFingerprint({ fingerprint }: Pick<CheckFailure, 'fingerprint'>): string {
  return createHash('sha256').update(fingerprint).digest('hex');
}

/** `test (failure) in npm test`: a failing check in a few words. */
export function failureInWords({ name, conclusion, step }: Pick<CheckFailure, 'name' | 'conclusion' | 'step'>): string {
  return `${name} (${conclusion})${step === undefined ? '' : ` in ${step}`}`;
}
