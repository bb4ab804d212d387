import { Failure } from '../../domain/failure.ts';

/** A file of the forge that people wrote and that cannot be read. @param line counted from 1. */
export function brokenFile(path: string, line: number | undefined, why: string): Failure {
  const where = line === undefined ? path : `${path}:${line}`;
  return new Failure(
    'configuration',
    {
      what: `${where} cannot be read.`,
      why: why.slice(0, 500),
      fix: 'Mend the file; what it should look like is told in docs/local-forge.md.',
    },
    { facts: { path, ...(line === undefined ? {} : { line }) } },
  );
}

export function isBroken(error: unknown): error is Failure {
  return error instanceof Failure && error.reason === 'configuration' && typeof error.facts['path'] === 'string';
}
