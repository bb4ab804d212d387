import type { LookFinding } from '../../protocol.ts';
import type { LockedPackage } from './locked.ts';
import { supplyFinding } from './supply-finding.ts';

/** Whether new packages may be used under licences that the user allows; what is not known is said once for a lockfile. */
export async function licenceFindings(
  added: readonly LockedPackage[],
  path: string,
  allowed: readonly string[],
): Promise<readonly LookFinding[]> {
  const told = added.filter(({ licence }) => licence !== undefined);
  const silent = added.filter(({ licence }) => licence === undefined).map(({ name }) => name);
  const findings = silent.length === 0 ? [] : [supplyFinding('licence-unknown', path, listed(silent))];
  if (told.length === 0) return findings;
  const { default: satisfies } = await import('spdx-satisfies');
  const ok = (licence: string): boolean => {
    try {
      return satisfies(licence, [...allowed]);
    } catch {
      // It is no expression of SPDX, such as `SEE LICENSE IN file`: nobody can tell that it is allowed.
      return allowed.includes(licence);
    }
  };
  const refused = told.filter(({ licence = '' }) => !ok(licence.slice(0, 300)));
  return [
    ...findings,
    ...refused.map(({ name, version, licence }) => supplyFinding('licence-not-allowed', path, `${name}@${version}, ${licence}`)),
  ];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
