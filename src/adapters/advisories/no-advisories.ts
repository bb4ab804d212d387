import type { Advisories } from '../../ports/advisories.ts';

/**
 * Nobody is asked.
 *
 * @param reason why, without a full stop.
 */
export function noAdvisories(reason = 'nobody is asked about vulnerabilities (security.vulnerabilities is none)'): Advisories {
  return { about: async () => ({ kind: 'unavailable', reason }) };
}
