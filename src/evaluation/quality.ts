import type { QualityEvidence } from '../domain/score.ts';

/**
 * The share of the component quality, 0 to 1: half for the size, three tenths for the branches added, two tenths for duplication.
 *
 *     0.5 * max(0, 1 - size / 500) + 0.3 * max(0, 1 - branches / 50) + 0.2 * (1 - duplicated / added)
 *
 * Why so: of two changes that pass the same tests, reviewers accept the smaller one sooner and it breaks less elsewhere; beyond some
 * 500 lines nobody reads a change carefully. Branches are what makes code hard to test; copied lines are what makes it hard to
 * change. It weighs a tenth of the score, so that it can only decide between worlds that are otherwise alike.
 */
export function qualityShare(evidence: QualityEvidence): number {
  const size = Math.max(0, 1 - evidence.size / 500);
  const branches = Math.max(0, 1 - evidence.branches / 50);
  const single = evidence.added === 0 ? 1 : 1 - Math.min(1, evidence.duplicated / evidence.added);
  return 0.5 * size + 0.3 * branches + 0.2 * single;
}

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
