import { z } from 'zod';

/** The part of the configuration that is about traces. Used by `config.ts` alone. */

const userOnly = { userOnly: true } as const;

export const telemetrySection = z
  .strictObject({
    otlp: z
      .strictObject({
        endpoint: z
          .url({ protocol: /^https?$/ })
          .optional()
          .meta({
            ...userOnly,
            description:
              'Where traces are sent by OTLP over HTTP, such as `http://127.0.0.1:4318`; else `OTEL_EXPORTER_OTLP_ENDPOINT`. Without either there are none.',
          }),
        headersVariable: z
          .string()
          .regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable')
          .default('OTEL_EXPORTER_OTLP_HEADERS')
          .meta({
            ...userOnly,
            description: 'Holds headers that are sent along, such as `authorization=Bearer%20...`, with commas between them.',
          }),
      })
      .prefault({}),
    sample: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .meta({ ...userOnly, description: 'The share of runs that are traced, from 0 to 1; each as a whole or not at all.' }),
    content: z
      .boolean()
      .default(false)
      .meta({ ...userOnly, description: 'Put what issues, agents and tools say into traces, without the secrets that we know.' }),
  })
  .prefault({});
