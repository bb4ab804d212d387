import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { programs } from './testing/code-blocks.ts';
import { projectRoot } from './testing/run-program.ts';

const shown = [
  ['add-an-agent.md', 'replace-agent.ts'],
  ['add-a-check.md', 'just.ts'],
  ['add-a-target.md', 'folder-deployer.ts'],
  ['error-handling.md', 'retry-and-breaker.test.ts'],
] as const;

test.for(shown)('docs/%s shows test/extending/%s as it is compiled and run', ([page, program]) => {
  const text = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');
  expect(programs(text(`docs/${page}`))).toEqual([text(`test/extending/${program}`)]);
});
