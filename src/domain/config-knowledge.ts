import { z } from 'zod';
import { parseModelName } from './model.ts';

/** The part of the configuration that is about what was learnt. Used by `config.ts` alone. */

export const knowledgeSection = z
  .strictObject({
    embeddings: z
      .string()
      .refine((name) => parseModelName(name) !== undefined, 'must be a provider and a model, such as openai/text-embedding-3-small')
      .optional()
      .meta({
        userOnly: true,
        description:
          'A model whose embeddings find entries by what they mean, beside their words; entries and questions are sent to its provider.',
      }),
    qdrant: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .optional()
          .meta({ userOnly: true, description: 'A Qdrant that keeps the vectors, in place of a file of this machine.' }),
        keyVariable: z
          .string()
          .regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable')
          .default('QDRANT_API_KEY')
          .meta({ userOnly: true, description: 'Holds its key, where it wants one.' }),
      })
      .prefault({}),
  })
  .prefault({});
