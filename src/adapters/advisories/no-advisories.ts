import type { Advisories } from '../../ports/advisories.ts';

/** Nobody is asked. */
export function noAdvisories(): Advisories {
  return {
    about: async () => ({ kind: 'unavailable', reason: 'nobody is asked about vulnerabilities (security.vulnerabilities is none)' }),
  };
}
