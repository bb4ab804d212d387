import { Failure } from '../../domain/failure.ts';

export function referenceTo(digest: string): string {
  return `sha256:${digest}`;
}

/**
 * The 64 hexadecimal digits of a reference, safe as part of a path: references come out of records and from people.
 * @throws Failure (usage) for anything else.
 */
export function digestIn(reference: string): string {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(reference)?.[1];
  if (digest !== undefined) return digest;
  throw new Failure(
    'usage',
    {
      what: `${JSON.stringify(reference)} is not a reference to an artifact.`,
      why: 'A reference is `sha256:` and 64 lower-case hexadecimal digits.',
      fix: 'Use the reference exactly as storing the artifact returned it.',
    },
    { facts: { reference } },
  );
}
