import { z } from 'zod';
import type { LintFinding } from '../../../domain/evidence.ts';

const report = z.array(
  z.object({
    /** Absent for what is no Python. */
    code: z.string().nullish(),
    filename: z.string(),
    location: z.object({ row: z.number().int().nonnegative() }).nullish(),
    message: z.string(),
  }),
);

/** Reads `ruff check --output-format json`. It tells no severities; all are errors. @returns undefined when it is something else. */
export function parseRuff(text: string): readonly LintFinding[] | undefined {
  const parsed = report.safeParse(jsonOrUndefined(text));
  if (!parsed.success) return undefined;
  return parsed.data.map(({ code, filename, location, message }) => ({
    rule: code ?? 'invalid-syntax',
    path: filename,
    line: location?.row ?? 0,
    severity: 'error',
    message,
  }));
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
