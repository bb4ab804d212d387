/**
 * Writes the JSON schemas that are published from the schemas in the code: `node scripts/schemas.mjs`, with Node 24. A test says when what is
 * published is no longer true.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { agentContextSchema } from '../src/domain/agent-context.ts';
import { openApiDocument } from '../src/domain/api/document.ts';
import { apiOperations } from '../src/domain/api/operations.ts';
import { configJsonSchema } from '../src/domain/config-json-schema.ts';
import { apiReference } from './support/api-reference.ts';

const file = fileURLToPath(new URL('../docs/schemas/agent-context.schema.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(z.toJSONSchema(agentContextSchema), undefined, 2)}\n`);

const configuration = configJsonSchema();
writeFileSync(new URL('../docs/schemas/config.schema.json', import.meta.url), `${JSON.stringify(configuration, undefined, 2)}\n`);

const document = openApiDocument(apiOperations);
writeFileSync(new URL('../docs/schemas/openapi.json', import.meta.url), `${JSON.stringify(document, undefined, 2)}\n`);
writeFileSync(new URL('../docs/api-reference.md', import.meta.url), apiReference(document));
