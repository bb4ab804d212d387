import type { ForgeSite } from '../support/forge-site.ts';
import { forgeSite } from '../support/forge-site.ts';

/** Does what the issue says; the second world fails at every tenth issue, so that worlds end differently. */
const agent = [
  `n=$(grep -o 'Set the label to [0-9]*' | head -1 | grep -o '[0-9]*$')`,
  `if [ "$MIYABI_WORLD" = beta ] && [ $((n % 10)) = 0 ]; then exit 1; fi`,
  `sed -i "s/= [0-9]*;/= $n;/" src/label.js`,
].join('; ');

const server = `import { createServer } from 'node:http';
import { label } from './src/label.js';

const commit = process.env.MIYABI_COMMIT;
const server = createServer((request, response) => response.end(JSON.stringify(request.url === '/healthz' ? { commit } : { label })));
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close());
`;

const project: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify({ name: 'label', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } })}\n`,
  'src/label.js': '/** What is shown. */\nexport const label = 0;\n',
  'server.js': server,
  'test/label.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { label } from '../src/label.js';

test('is a whole number', () => {
  assert.ok(Number.isInteger(label));
});
`,
};

/** Repositories at which one issue after the other is carried; what is merged in the first is deployed. */
export const repositoryNames = ['ada/one', 'ada/two', 'ada/three', 'ada/four'] as const;

const configuration = {
  agent: { name: 'command', command: agent },
  worlds: { count: 2 },
  checks: { coverage: false, test: 'node --test' },
  ci: { graceSeconds: 0, sweepSeconds: 1 },
  // What is measured is the product, not how much room the machine has left.
  disk: { freeGigabytes: 0 },
  deploy: {
    projects: [
      {
        repository: repositoryNames[0],
        environments: [
          {
            name: 'production',
            target: { kind: 'process', listen: { port: 0 }, start: 'exec node server.js', stopSeconds: 2 },
            health: { intervalSeconds: 0.2 },
            watch: { seconds: 2 },
          },
        ],
      },
    ],
  },
};

/** The repositories of a soak, at a forge in this folder. */
export async function soakSite(folder: string): Promise<ForgeSite> {
  return await forgeSite(folder, Object.fromEntries(repositoryNames.map((name) => [name, project])), configuration);
}
