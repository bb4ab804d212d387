import { z } from 'zod';

const userOnly = { userOnly: true } as const;

/** The parts of the configuration that are about keeping an installation alive. Used by `config.ts` alone. */
export const backupSection = z
  .strictObject({
    everyHours: z
      .number()
      .min(0)
      .max(24 * 31)
      .refine((hours) => hours === 0 || hours >= 0.1, 'must be 0, or at least 0.1')
      .default(0)
      .meta({ ...userOnly, description: 'How often a service makes a backup by itself, every six minutes (0.1) at most; 0 never.' }),
    keep: z
      .int()
      .min(1)
      .default(7)
      .meta({ ...userOnly, description: 'Backups of this state folder without a name of their own that are kept; the oldest go first.' }),
    folder: z
      .string()
      .startsWith('/')
      .optional()
      .meta({
        ...userOnly,
        description:
          'Where these lie, best on another disk, also beside those of other services; `backups` in the state folder when absent.',
      }),
  })
  .prefault({});

export const diskSection = z
  .strictObject({
    freeGigabytes: z
      .number()
      .min(0)
      .default(1)
      .meta({ ...userOnly, description: 'Worlds are refused below this much free space.' }),
    ballastMegabytes: z
      .number()
      .min(0)
      .max(10_000)
      .default(64)
      .meta({
        ...userOnly,
        description: 'Space that is held while there is enough, and given back when the disk is full (MB); 0 holds none.',
      }),
  })
  .prefault({});

export const cleanupSection = z
  .strictObject({
    olderThanHours: z
      .number()
      .min(0)
      .default(24)
      .meta({ ...userOnly, description: 'Folders that nothing has used for so long are collected.' }),
    keepRunsDays: z
      .number()
      .min(0)
      .max(36_500)
      .default(0)
      .meta({ ...userOnly, description: 'Records of runs that ended so long ago are removed by `miyabi gc` and services; 0 keeps all.' }),
  })
  .prefault({});
