import { z } from 'zod';

/** The part of the configuration that is about what a service answers. Used by `config.ts` alone. */
export const serverSection = z
  .strictObject({
    hosts: z
      .array(
        z.string().regex(/^[a-z0-9._-]{1,253}(?::\d{1,5})?$/, 'must be the name of a machine in lower case, with a port where it has one'),
      )
      .default([])
      .meta({
        userOnly: true,
        description: 'Names by which people reach `miyabi serve` through a server that hands requests on, such as `miyabi.example.org`.',
      }),
  })
  .prefault({});
