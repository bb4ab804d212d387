import { z } from 'zod';

/** The JSON that jest (`--json`) and vitest (`--reporter=json`) write, as far as it is read. */
export const jestReportSchema = z.object({
  wasInterrupted: z.boolean().optional(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string().nullable()).nullish(),
        }),
      ),
    }),
  ),
});
export type JestReport = z.infer<typeof jestReportSchema>;
