import type { LintFinding } from '../../../domain/evidence.ts';

/**
 * Reads the lines that many tools print, one for each finding: `path:line:column: message`, after `vet: ` where `go vet` cannot read the
 * code. A message that begins with `warning:` or `W123` (pycodestyle, flake8, pylint) is a warning, every other an error; a rule stands
 * at the end in brackets (mypy) or parentheses (golangci-lint), or at the beginning (flake8).
 *
 * @returns undefined where there is no such line.
 */
export function parseLocatedLines(text: string, tool: string): readonly LintFinding[] | undefined {
  const findings = text.split('\n').flatMap((row): LintFinding[] => {
    // Bounded, because the text is foreign.
    const found = row.length > 4_000 ? null : /^(?:vet: )?([^\s:][^:]*):(\d{1,9}):(?:\d{1,9}:)? (.*)$/.exec(row.trimEnd());
    if (found === null) return [];
    const [, path = '', line = '', said = ''] = found;
    const rule = /^([A-Z]{1,4}\d{2,5}):? /.exec(said)?.[1] ?? /[[(]([a-z][\w:-]*)[\])]$/.exec(said)?.[1] ?? tool;
    if (said.startsWith('note:')) return [];
    const isWarning = /^(?:warning:|W\d)/.test(said);
    return [
      {
        rule,
        path: path.replace(/^\.\//, ''),
        line: Number(line),
        severity: isWarning ? 'warning' : 'error',
        message: said.slice(0, 1_000),
      },
    ];
  });
  return findings.length === 0 ? undefined : findings;
}
