import { z } from 'zod';
import { configKeys, configSchema } from './config.ts';

/** The JSON schema of a configuration file; each key says in `x-holds` from when on a changed value holds where a service runs. */
export function configJsonSchema(): Record<string, unknown> {
  const bySchema = new Map<unknown, string>(configKeys.map(({ schema, holds }) => [schema, holds]));
  return z.toJSONSchema(configSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const holds = bySchema.get(zodSchema);
      if (holds !== undefined) jsonSchema['x-holds'] = holds;
    },
  });
}
