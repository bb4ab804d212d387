import type { SecurityFinding } from '../../domain/security.ts';
import type { MatchSecrets } from '../../domain/secret-matcher.ts';
import type { ChangedFiles } from './changed-files.ts';
import { securityRules } from './rules.ts';
import type { NamedText } from './steps.ts';

interface Searched {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Places of one file that are told; where there are more it is known well enough. */
const mostOfOne = 5;

/**
 * Where secrets of this very process stand in a change that did not stand there before: in texts, in binary files, in names of files and in what
 * goes with the change. Done here, as these values must never enter a world, nor be told to any program.
 */
export async function findOwnSecrets(
  match: MatchSecrets,
  { texts, others }: ChangedFiles,
  paths: readonly { readonly path: string; readonly from?: string }[],
  named: readonly NamedText[],
): Promise<readonly SecurityFinding[]> {
  const files: readonly Searched[] = texts.map(({ path, before = '', after = '' }) => ({ path, before, after }));
  const words = named.map(({ name, text }) => ({ path: name, before: '', after: text }));
  const found: SecurityFinding[] = [];
  for (const searched of [...files, ...others, ...words]) {
    found.push(...findIn(match, searched));
    // Others have their turn between two files.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return [...found, ...paths.flatMap(({ path, from = '' }) => inName(match, path, from))];
}

function findIn(match: MatchSecrets, { path, before, after }: Searched): readonly SecurityFinding[] {
  if (after === before) return [];
  const places = match(after);
  if (places.length === 0) return [];
  const known = new Map<string, number>();
  for (const { index, length } of match(before)) {
    const value = before.slice(index, index + length);
    known.set(value, (known.get(value) ?? 0) + 1);
  }
  const fresh = places.filter(({ index, length }) => {
    const value = after.slice(index, index + length);
    const left = known.get(value) ?? 0;
    known.set(value, left - 1);
    return left <= 0;
  });
  return fresh.slice(0, mostOfOne).map(({ index, form }) => ({
    analysis: 'secrets',
    rule: 'own-secret',
    level: securityRules['own-secret'].level,
    path,
    line: after.slice(0, index).split('\n').length,
    detail: `A secret that Miyabi itself holds stands there, ${form}.`,
  }));
}

/** A name that holds a secret is not told either. */
function inName(match: MatchSecrets, path: string, from: string): readonly SecurityFinding[] {
  const places = match(path);
  if (places.length === 0 || match(from).length >= places.length) return [];
  const hidden = places
    .toReversed()
    .reduce((text, { index, length }) => `${text.slice(0, index)}[secret removed]${text.slice(index + length)}`, path);
  const { level } = securityRules['own-secret'];
  return [
    {
      analysis: 'secrets',
      rule: 'own-secret',
      level,
      path: hidden,
      detail: 'The name of the file holds a secret that Miyabi itself holds.',
    },
  ];
}
