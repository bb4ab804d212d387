import { encodedKeys } from '../domain/encoded-keys.ts';
import type { WorkflowTools } from './tools.ts';

/** Stands where a secret stood. */
const mark = '[secret removed]';

/** A text as it may leave this machine: without the secrets that we hold and without what looks like one, as they are and encoded. */
export function leavingText({ redact, findSecrets }: Pick<WorkflowTools, 'redact' | 'findSecrets'>, text: string): string {
  const plain = without(redact(text).text, findSecrets);
  return without(plain, encodedKeys);
}

type Place = Readonly<Record<'index' | 'length', number>>;

/** @param find places that do not overlap. */
function without(text: string, find: (text: string) => readonly Place[]): string {
  const places = find(text).toSorted((one, other) => other.index - one.index);
  return places.reduce((rest, { index, length }) => `${rest.slice(0, index)}${mark}${rest.slice(index + length)}`, text);
}
