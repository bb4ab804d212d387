import type { WorkflowTools } from './tools.ts';

/** Stands where a secret stood. */
const mark = '[secret removed]';

/** A text as it may leave this machine: without the secrets that we hold, in whatever encoding, and without what looks like one. */
export function leavingText({ redact, findSecrets }: Pick<WorkflowTools, 'redact' | 'findSecrets'>, text: string): string {
  const plain = redact(text).text;
  return findSecrets(plain).reduceRight((rest, { index, length }) => `${rest.slice(0, index)}${mark}${rest.slice(index + length)}`, plain);
}
