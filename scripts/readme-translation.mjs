/**
 * Says where README.ja.md is not in step with README.md: `node scripts/readme-translation.mjs`, which ends with 1 then. Sections, code but for
 * its comments, links and rows of tables have to be the same, and no section may have changed since it was translated. Who has translated
 * what changed says so with `--accept`, which writes the hash of each English section beside its translation.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { accepted, outOfStep, sections } from './support/readme-sections.mjs';

const [original, translation] = ['README.md', 'README.ja.md'].map((name) => fileURLToPath(new URL(`../${name}`, import.meta.url)));

const english = sections(readFileSync(original, 'utf8'));
if (process.argv.includes('--accept')) writeFileSync(translation, accepted(english, readFileSync(translation, 'utf8')));
const faults = outOfStep(english, sections(readFileSync(translation, 'utf8')));
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
