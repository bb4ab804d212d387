/**
 * Writes the references of the commands and of the configuration from the code, and the picture of the house: `node scripts/references.mjs`, with Node
 * 24. A test says when one of them is no longer true.
 */
import { writeFileSync } from 'node:fs';
import { references } from './references/references.ts';

for (const [name, text] of Object.entries(await references())) writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
