import { z } from 'zod';
import type { LintFinding } from '../../../domain/evidence.ts';
import { printedJson } from './printed-json.ts';

const line = z.number().int().nonnegative().nullish().catch(undefined);

const eslintReport = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullish(), severity: z.number(), message: z.string(), line })),
  }),
);

/** Reads `eslint --format json`. @returns undefined when it is something else. */
export function parseEslint(text: string): LintFinding[] | undefined {
  const parsed = eslintReport.safeParse(json(text));
  if (!parsed.success) return undefined;
  return parsed.data.flatMap(({ filePath, messages }) =>
    messages.map((found) => ({
      rule: found.ruleId ?? 'eslint',
      path: filePath,
      line: found.line ?? 0,
      severity: found.severity === 2 ? 'error' : 'warning',
      message: found.message,
    })),
  );
}

const oxlintReport = z.object({
  diagnostics: z.array(
    z.object({
      severity: z.string(),
      message: z.string(),
      code: z.string().nullish(),
      filename: z.string().nullish(),
      labels: z.array(z.object({ span: z.object({ line }).optional() })).nullish(),
    }),
  ),
  summary: z.undefined().optional(),
});

/** Reads the JSON of oxlint from what was printed. @returns undefined where there is none. */
export function parseOxlint(stdout: string): LintFinding[] | undefined {
  return each(stdout, oxlintReport, ({ diagnostics }) =>
    diagnostics.map((found) => ({
      rule: found.code ?? 'oxlint',
      path: found.filename ?? '',
      line: found.labels?.[0]?.span?.line ?? 0,
      severity: found.severity === 'error' ? 'error' : 'warning',
      message: found.message,
    })),
  );
}

const biomeReport = z.object({
  summary: z.object({}),
  diagnostics: z.array(
    z.object({
      severity: z.string(),
      category: z.string().nullish(),
      message: z.unknown().optional(),
      description: z.string().nullish(),
      location: z
        .object({
          path: z.union([z.string(), z.object({ file: z.string() })]).nullish(),
          start: z.object({ line }).nullish(),
        })
        .nullish(),
    }),
  ),
});

/** Reads the JSON of biome from what was printed; what it only informs of is no finding. @returns undefined where there is none. */
export function parseBiome(stdout: string): LintFinding[] | undefined {
  return each(stdout, biomeReport, ({ diagnostics }) =>
    diagnostics.flatMap((found): LintFinding[] => {
      if (!['warning', 'error', 'fatal'].includes(found.severity)) return [];
      const path = found.location?.path;
      return [
        {
          rule: found.category ?? 'biome',
          path: typeof path === 'string' ? path : (path?.file ?? ''),
          line: found.location?.start?.line ?? 0,
          severity: found.severity === 'warning' ? 'warning' : 'error',
          message: typeof found.message === 'string' ? found.message : (found.description ?? ''),
        },
      ];
    }),
  );
}

/** A script may run a linter more than once. */
function each<Report>(stdout: string, schema: z.ZodType<Report>, read: (report: Report) => LintFinding[]): LintFinding[] | undefined {
  const reports = printedJson(stdout).flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
  return reports.length === 0 ? undefined : reports.flatMap(read);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
