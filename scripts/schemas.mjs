/**
 * Writes the JSON schemas that are published from the schemas in the code: `node scripts/schemas.mjs`, with Node 24. A test says when what is
 * published is no longer true.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { agentContextSchema } from '../src/domain/agent-context.ts';

const file = fileURLToPath(new URL('../docs/schemas/agent-context.schema.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(z.toJSONSchema(agentContextSchema), undefined, 2)}\n`);
