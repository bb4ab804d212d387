import type { QualityEvidence } from '../../domain/score.ts';

const sourceFile = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;
const branch = /\b(?:if|for|while|case|catch)\b|&&|\|\||\?\?|\?(?![.?:])/g;

/**
 * Measures a change by the unified diff that git prints for it. Branches and duplicates are looked for in source files only, with
 * line comments and the insides of strings left out; duplicates are added lines of at least 20 characters that are alike but for spaces.
 */
export function measureQuality(patch: string): QualityEvidence {
  let size = 0;
  let branches = 0;
  let added = 0;
  let inSource = false;
  let inHunk = false;
  const seen = new Map<string, number>();
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) inHunk = false;
    else if (!inHunk && line.startsWith('+++ ')) inSource = sourceFile.test(line.replace(/["\t\r]+$/, ''));
    else if (line.startsWith('@@ ')) inHunk = true;
    else if (inHunk && (line.startsWith('+') || line.startsWith('-'))) {
      size += 1;
      if (!inSource || line.startsWith('-')) continue;
      added += 1;
      const code = codeOf(line.slice(1));
      branches += code.match(branch)?.length ?? 0;
      const text = line.slice(1).replace(/\s+/g, ' ').trim();
      if (text.length >= 20) seen.set(text, (seen.get(text) ?? 0) + 1);
    }
  }
  const duplicated = [...seen.values()].reduce((sum, count) => sum + count - 1, 0);
  return { size, branches, duplicated, added };
}

function codeOf(line: string): string {
  return line
    .replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''")
    .replace(/\/\/.*$/, '')
    .replace(/^\s*\*.*$/, '');
}
