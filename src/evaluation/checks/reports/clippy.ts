import { z } from 'zod';
import type { LintFinding } from '../../../domain/evidence.ts';

const message = z.object({
  reason: z.literal('compiler-message'),
  message: z.object({
    level: z.string(),
    message: z.string(),
    code: z.object({ code: z.string() }).nullish(),
    spans: z.array(z.object({ file_name: z.string(), line_start: z.number().int().nonnegative(), is_primary: z.boolean() })),
  }),
});

const end = z.object({ reason: z.literal('build-finished') });

/**
 * Reads `cargo clippy --message-format=json`: a JSON object a line. What has no place in a file (`2 warnings emitted`) is no finding, and
 * one that is told for the library and for its tests counts once. @returns undefined when it is something else, or was broken off.
 */
export function parseClippy(text: string): readonly LintFinding[] | undefined {
  const findings = new Map<string, LintFinding>();
  let ended = false;
  for (const row of text.split('\n')) {
    const value = jsonOrUndefined(row);
    if (end.safeParse(value).success) ended = true;
    const parsed = message.safeParse(value);
    if (!parsed.success) continue;
    const { code, level, spans, message: said } = parsed.data.message;
    const place = spans.find((span) => span.is_primary) ?? spans[0];
    if (place === undefined || (level !== 'warning' && !level.startsWith('error'))) continue;
    const severity = level === 'warning' ? 'warning' : 'error';
    const finding: LintFinding = { rule: code?.code ?? 'rustc', path: place.file_name, line: place.line_start, severity, message: said };
    findings.set(JSON.stringify(finding), finding);
  }
  return ended ? [...findings.values()] : undefined;
}

function jsonOrUndefined(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
