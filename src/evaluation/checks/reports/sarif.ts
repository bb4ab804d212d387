import { z } from 'zod';
import type { LintFinding } from '../../../domain/evidence.ts';
import { printedJson } from './printed-json.ts';

const location = z.object({
  physicalLocation: z
    .object({
      artifactLocation: z.object({ uri: z.string().optional() }).optional(),
      region: z.object({ startLine: z.number().int().nonnegative().optional() }).optional(),
    })
    .optional(),
});

const level = z.enum(['none', 'note', 'warning', 'error']);

const result = z.object({
  ruleId: z.string().optional(),
  rule: z.object({ id: z.string().optional() }).optional(),
  level: level.optional(),
  kind: z.string().optional(),
  message: z.object({ text: z.string().optional(), markdown: z.string().optional() }),
  locations: z.array(location).optional(),
  suppressions: z.array(z.unknown()).nullish(),
});

const rule = z.object({ id: z.string(), defaultConfiguration: z.object({ level: level.optional() }).optional() });

const log = z.object({
  version: z.string().startsWith('2.'),
  runs: z.array(
    z.object({
      tool: z.object({ driver: z.object({ name: z.string(), rules: z.array(rule).optional() }) }),
      results: z.array(result).nullish(),
    }),
  ),
});

/**
 * Reads SARIF 2.1 from what was printed: what is found, without what is suppressed or told as no fault (`kind` other than `fail`, level `none`).
 * A note counts as a warning. Paths are as they stand there. @returns undefined when it is something else.
 */
export function parseSarif(text: string): readonly LintFinding[] | undefined {
  const logs = printedJson(text).flatMap((value) => {
    const parsed = log.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
  if (logs.length === 0) return undefined;
  const runs = logs.flatMap((one) => one.runs);
  return runs.flatMap(({ tool, results }) => {
    const levels = new Map(tool.driver.rules?.map(({ id, defaultConfiguration }) => [id, defaultConfiguration?.level]));
    return (results ?? []).flatMap((found): LintFinding[] => {
      const id = found.ruleId ?? found.rule?.id ?? tool.driver.name;
      const severity = found.level ?? levels.get(id) ?? 'warning';
      if (severity === 'none' || (found.kind ?? 'fail') !== 'fail' || (found.suppressions ?? []).length > 0) return [];
      const place = found.locations?.[0]?.physicalLocation;
      return [
        {
          rule: id,
          path: pathOf(place?.artifactLocation?.uri ?? ''),
          line: place?.region?.startLine ?? 0,
          severity: severity === 'error' ? 'error' : 'warning',
          message: found.message.text ?? found.message.markdown ?? '',
        },
      ];
    });
  });
}

function pathOf(uri: string): string {
  try {
    return decodeURIComponent(uri.replace(/^file:\/\//, ''));
  } catch {
    return uri;
  }
}
