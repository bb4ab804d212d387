import { z } from 'zod';
import { components, logLevels } from './signals.ts';

/** The part of the configuration that is about what a process writes down of what it does. Used by `config.ts` alone. */

const userOnly = { userOnly: true } as const;

/** How lines look: `auto` is `pretty` on a terminal and `json` anywhere else. */
export const logFormats = ['auto', 'pretty', 'json'] as const;

export const logSection = z
  .strictObject({
    level: z
      .enum(logLevels)
      .default('info')
      .meta({ ...userOnly, description: 'What is written down, from this level on: steps, phases and results, retries, failures.' }),
    levels: z
      .partialRecord(z.enum(components), z.enum(logLevels))
      .default({})
      .meta({ ...userOnly, description: 'Other levels for parts of the product, such as {"models":"debug","api":"warn"}.' }),
    format: z
      .enum(logFormats)
      .default('auto')
      .meta({ ...userOnly, description: 'How a service writes to standard error; `auto` is `pretty` on a terminal, else `json`.' }),
    file: z
      .string()
      .startsWith('/')
      .optional()
      .meta({ ...userOnly, description: 'A file in which every command writes lines of JSON, too.' }),
    fileMegabytes: z
      .number()
      .positive()
      .max(10_000)
      .default(10)
      .meta({ ...userOnly, description: 'How large `log.file` becomes before it is put aside and a new one begun (MB).' }),
    keptFiles: z
      .int()
      .min(0)
      .max(1_000)
      .default(5)
      .meta({ ...userOnly, description: 'How many files that were put aside are kept beside `log.file`.' }),
  })
  .prefault({});

export type LogSettings = z.infer<typeof logSection>;
