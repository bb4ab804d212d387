import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedSecret } from '../domain/named-secrets.ts';

/** Whether there is anything where a secret should lie: its contents are looked at by nobody. */
export function isSecretSet({ kind, name }: NamedSecret, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (kind === 'variable') return (environment[name] ?? '').trim() !== '';
  const path = name.startsWith('~/') ? join(environment['HOME'] ?? '', name.slice(2)) : name;
  try {
    const file = statSync(path, { throwIfNoEntry: false });
    return file?.isFile() === true && file.size > 0;
  } catch {
    // A folder on the way to it may not be entered: for this process there is nothing.
    return false;
  }
}
