import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForgeSite } from '../../test/support/forge-site.ts';
import { forgeSite } from '../../test/support/forge-site.ts';
import type { ExampleIssue } from './issues.ts';

/** Who works in the worlds: the search that comes with the product, or a program that does what is written down for each issue. */
export type WhoWorks = 'repair' | 'script';

/**
 * Does in each world what somebody might have: most are right, some change nothing that helps, some end with an error, and one adds a comment to what
 * is right. Which, follows from the issue and the world, so that it is the same each time.
 */
const scriptedAgent = `import { readFileSync, writeFileSync } from 'node:fs';
const answers = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const told = readFileSync(0, 'utf8');
const index = answers.findIndex(({ title }) => told.includes(title));
const { wrong, right } = answers[index];
const world = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'].indexOf(process.env.MIYABI_WORLD);
const kind = (index + 2 * world) % 5;
if (kind === 3) process.exit(1);
writeFileSync('src/index.js', kind === 4 ? wrong + '\\n// Looked at.\\n' : (kind === 2 ? '// Mended.\\n' : '') + right + '\\n');
`;

const server = `import { createServer } from 'node:http';

const commit = process.env.MIYABI_COMMIT;
const server = createServer((request, response) => response.end(JSON.stringify({ commit })));
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close());
`;

function filesOf({ name, wrong, tests }: ExampleIssue): Readonly<Record<string, string>> {
  const cases = Object.entries(tests).map(([title, statements]) => `test(${JSON.stringify(title)}, () => {\n  ${statements};\n});`);
  const used = /export (?:const|function) (\w+)/.exec(wrong)?.[1] ?? '';
  return {
    'package.json': `${JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { build: 'node --check src/index.js', test: 'node --test' } })}\n`,
    'README.md': `# ${name}\n`,
    'server.js': server,
    'src/index.js': `${wrong}\n`,
    'test/index.test.js': [
      "import { deepEqual, equal } from 'node:assert/strict';",
      "import { test } from 'node:test';",
      `import { ${used} } from '../src/index.js';`,
      '',
      'void [deepEqual, equal];',
      ...cases,
      '',
    ].join('\n'),
  };
}

/** By the name of its repository. */
export function repositoryOf({ name }: ExampleIssue): string {
  return `ada/${name}`;
}

/** A forge with a repository for each issue; what is merged is deployed to this machine and watched. */
export async function acceptanceSite(folder: string, issues: readonly ExampleIssue[]): Promise<ForgeSite> {
  await writeFile(join(folder, 'agent.mjs'), scriptedAgent);
  await writeFile(join(folder, 'answers.json'), JSON.stringify(issues));
  return await forgeSite(folder, Object.fromEntries(issues.map((issue) => [repositoryOf(issue), filesOf(issue)])), {});
}

/** The user's own configuration for a half of the issues. */
export function configurationFor(
  who: WhoWorks,
  site: Pick<ForgeSite, 'folder'>,
  issues: readonly ExampleIssue[],
): Readonly<Record<string, unknown>> {
  const command = `"${process.execPath}" "${join(site.folder, 'agent.mjs')}" "${join(site.folder, 'answers.json')}"`;
  return {
    agent: who === 'repair' ? { name: 'repair' } : { name: 'command', command },
    // The program that plays the agent lies outside of the worlds.
    ...(who === 'repair' ? {} : { isolation: 'none' }),
    ci: { sweepSeconds: 1 },
    disk: { freeGigabytes: 0 },
    deploy: {
      projects: issues.map((issue) => ({
        repository: repositoryOf(issue),
        environments: [
          {
            name: 'production',
            target: { kind: 'process', listen: { port: 0 }, start: 'exec node server.js', stopSeconds: 2 },
            health: { intervalSeconds: 0.5 },
            watch: { seconds: 3 },
          },
        ],
      })),
    },
  };
}
