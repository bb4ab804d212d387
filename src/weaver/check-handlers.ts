import { Failure } from '../domain/failure.ts';
import type { Registration } from './handler.ts';

/** @throws Failure (configuration) naming the expected task types that nothing here handles. */
export function checkHandlers(registrations: ReadonlyMap<string, Registration>, expected: readonly { readonly name: string }[]): void {
  const missing = expected.map((type) => type.name).filter((name) => !registrations.has(name));
  if (missing.length === 0) return;
  throw new Failure(
    'configuration',
    {
      what: 'The worker was not started.',
      why: `These task types are expected and have no handler: ${missing.join(', ')}.`,
      fix: 'Register a handler for each, or do not expect them where they are not executed.',
    },
    { facts: { missing } },
  );
}
