import type { Config } from './domain/config.ts';
import type { Advisories } from './ports/advisories.ts';
import type { ProcessRunner } from './ports/process.ts';

interface AdvisoriesOptions {
  readonly process: ProcessRunner;
  /** The user's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Who is asked about known vulnerabilities; a part of `app.ts`. Each is loaded when a change first brings a dependency. */
export function wireAdvisories({ process, environment }: AdvisoriesOptions): (settings: Config['security']) => Promise<Advisories> {
  const folders = new Map<string, Advisories>();
  return async ({ vulnerabilities, osvFolder: folder }) => {
    if (vulnerabilities === 'npm-audit') {
      const set = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return (await import('./adapters/advisories/npm-audit.ts')).npmAudit({ process, environment: Object.fromEntries(set) });
    }
    if (vulnerabilities === 'none' || folder === undefined) {
      const reason =
        vulnerabilities === 'none' ? undefined : 'security.vulnerabilities is osv-folder, and security.osvFolder names no folder';
      return (await import('./adapters/advisories/no-advisories.ts')).noAdvisories(reason);
    }
    const known = folders.get(folder) ?? (await import('./adapters/advisories/osv-folder.ts')).osvFolder(folder);
    folders.set(folder, known);
    return known;
  };
}
