import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, runNode } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const layers = [
  'domain',
  'ports',
  'weaver',
  'worlds',
  'agents',
  'evaluation',
  'workflow',
  'adapters',
  'telemetry',
  'operations',
  'server',
  'cli',
];

/** The table of the architecture, written down a second time on purpose. */
const allowed: Readonly<Record<string, string>> = {
  domain: 'domain',
  ports: 'ports domain',
  weaver: 'weaver domain ports',
  worlds: 'worlds domain ports',
  agents: 'agents domain ports',
  evaluation: 'evaluation domain ports',
  workflow: 'workflow domain ports weaver worlds agents evaluation',
  adapters: 'adapters domain ports',
  telemetry: 'telemetry domain ports',
  operations: 'operations domain ports weaver workflow',
  server: 'server domain ports weaver operations',
  cli: 'cli domain ports weaver operations',
};

test('every import across folders that the architecture does not name is refused, and no other', async () => {
  const files: Record<string, string> = {};
  for (const from of layers) {
    for (const to of layers) files[`src/${from}/uses-${to}.ts`] = `export { value } from '../${to}/value.ts';\n`;
  }
  const refused = await lint(files);
  const expected = layers.flatMap((from) =>
    layers.filter((to) => !allowed[from]?.split(' ').includes(to)).map((to) => `src/${from}/uses-${to}.ts no-restricted-imports`),
  );
  expect(refused).toEqual(expected.toSorted());
});

test('a layer is recognised from any depth and in a dynamic import', async () => {
  const refused = await lint({
    'src/weaver/inner/deep.ts': "export { value } from '../../adapters/store/value.ts';\n",
    'src/weaver/later.ts': "export const later = (): Promise<unknown> => import('../adapters/value.ts');\n",
    'src/weaver/inner/fine.ts': "export { value } from '../../domain/value.ts';\nexport { other } from '../value.ts';\n",
  });
  expect(refused).toEqual(['src/weaver/inner/deep.ts no-restricted-imports', 'src/weaver/later.ts no-restricted-imports']);
});

test('only the adapter of git starts git', async () => {
  const refused = await lint({
    'src/adapters/git/fetch.ts': "export { value } from './git-command.ts';\n",
    'src/adapters/git/inner/fetch.ts': "export { value } from '../git-command.ts';\n",
    'src/adapters/workspace/make.ts': "export { value } from '../git/git-command.ts';\n",
    'src/adapters/workspace/fine.ts': "export { value } from '../git/remove-folder.ts';\n",
    'src/adapters/sandbox/inner/make.ts': "export { value } from '../../git/git-command.ts';\n",
  });
  expect(refused).toEqual([
    'src/adapters/sandbox/inner/make.ts no-restricted-imports',
    'src/adapters/workspace/make.ts no-restricted-imports',
  ]);
});

test('a folder of the store that is named for a layer is not taken for it', async () => {
  const refused = await lint({
    'src/adapters/store/migrate.ts': "export { value } from './weaver/migrations.ts';\n",
    'src/adapters/store/sqlite/reader.ts': "export { value } from '../weaver/schema.ts';\n",
    'src/adapters/store/layer.ts': "export { value } from '../../weaver/engine.ts';\n",
    'src/adapters/store/sqlite/layer.ts': "export { value } from '../../../weaver/engine.ts';\n",
  });
  expect(refused).toEqual([
    'src/adapters/store/layer.ts no-restricted-imports',
    'src/adapters/store/sqlite/layer.ts no-restricted-imports',
  ]);
});

test('only adapters and the child programs of the repair agent start processes and threads', async () => {
  const programs = ['node:child_process', 'child_process', 'node:worker_threads', 'node:cluster', 'execa'];
  const files: Record<string, string> = { 'src/agents/repair/child/program.ts': importing('node:worker_threads') };
  for (const layer of layers) {
    for (const [index, program] of programs.entries()) files[`src/${layer}/starts-${index}.ts`] = importing(program);
  }
  const refused = await lint(files);
  const expected = layers
    .filter((layer) => layer !== 'adapters')
    .flatMap((layer) => programs.map((_, index) => `src/${layer}/starts-${index}.ts no-restricted-imports`));
  expect(refused).toEqual(expected.toSorted());
});

test('files are not touched by the engine, the workflow or the operations', async () => {
  const files: Record<string, string> = {};
  for (const layer of layers) files[`src/${layer}/reads.ts`] = importing('node:fs/promises');
  expect(await lint(files)).toEqual(
    ['domain', 'operations', 'ports', 'weaver', 'workflow'].map((layer) => `src/${layer}/reads.ts no-restricted-imports`),
  );
});

test('domain knows zod and nothing else', async () => {
  const packages = ['zod', 'zod/v4', 'kysely', 'uuid', 'yaml', 'node:crypto', 'zed'];
  const files: Record<string, string> = {};
  for (const [index, name] of packages.entries()) files[`src/domain/package-${index}.ts`] = importing(name);
  const refused = await lint(files);
  expect(refused).toEqual([2, 3, 4, 5, 6].map((index) => `src/domain/package-${index}.ts no-restricted-imports`));
});

test('the environment is read by the programs and never inside', async () => {
  const reads = 'export const home = process.env.HOME;\n';
  const refused = await lint({
    'src/app.ts': reads,
    'src/main.ts': reads,
    'src/cli/run.ts': reads,
    'src/adapters/git.ts': reads,
    'src/adapters/git.test.ts': reads,
  });
  expect(refused).toEqual(['src/adapters/git.ts no-process-env', 'src/cli/run.ts no-process-env']);
});

test('the dashboard knows the types of the API, and nothing else of the product', async () => {
  const refused = await lint(
    {
      'dashboard/src/api/fine.ts': "import type { Run } from '../../../src/domain/api/runs.ts';\nexport type Fine = Run;\n",
      'dashboard/src/api/value.ts': "export { value } from '../../../src/domain/api/runs.ts';\n",
      'dashboard/src/pages/domain.ts': "import type { Plan } from '../../../src/domain/plan.ts';\nexport type Other = Plan;\n",
      'dashboard/src/pages/server.ts': "import type { Routes } from '../../../src/server/listen.ts';\nexport type Other = Routes;\n",
      'dashboard/src/pages/wires.ts': "import type { App } from '../../../src/app.ts';\nexport type Other = App;\n",
      'dashboard/src/pages/own.ts': "export { value } from '../../app.ts';\n",
      'dashboard/src/files.ts': importing('node:fs'),
    },
    'dashboard',
  );
  const wrong = ['api/value.ts', 'files.ts', 'pages/domain.ts', 'pages/server.ts', 'pages/wires.ts'];
  expect(refused).toEqual(wrong.map((file) => `dashboard/src/${file} no-restricted-imports`));
});

test('nobody but the programs uses what wires things together, and src stands on its own', async () => {
  const refused = await lint({
    'src/cli/wires.ts': "export { app } from '../app.ts';\n",
    'src/weaver/wires.ts': "export { weaver } from '../weaver-package.ts';\n",
    'src/worlds/tests.ts': "export { helper } from '../../test/support/helper.ts';\n",
    'src/workflow/wires.ts': "export const models = (): Promise<unknown> => import('../app-models.ts');\n",
    'src/agents/inner/wires.ts': "export { agents } from '../../app-agents.ts';\n",
    'src/cli/fine.ts': "export { value } from './app-like.ts';\n",
    'src/main.ts': "export { app } from './app.ts';\n",
    'src/app.ts': "export const models = (): Promise<unknown> => import('./app-models.ts');\n",
  });
  const wires = ['agents/inner/wires.ts', 'cli/wires.ts', 'weaver/wires.ts', 'workflow/wires.ts', 'worlds/tests.ts'];
  expect(refused).toEqual(wires.map((file) => `src/${file} no-restricted-imports`));
});

test('a promise that nobody waits for, a forgotten case, any and a cycle are refused', async () => {
  const refused = await lint({
    'src/cli/promise.ts': 'export function start(work: () => Promise<void>): void {\n  work();\n}\n',
    'src/cli/case.ts':
      "export function say(kind: 'a' | 'b'): string | undefined {\n  switch (kind) {\n    case 'a':\n      return 'A';\n  }\n  return undefined;\n}\n",
    'src/cli/any.ts': 'export const anything: any = 1;\n',
    'src/cli/round.ts': "import { about } from './about.ts';\nexport const round = (): number => about() + 1;\n",
    'src/cli/about.ts': "import { round } from './round.ts';\nexport const about = (): number => round() - 1;\n",
  });
  expect(refused).toEqual([
    'src/cli/about.ts no-cycle',
    'src/cli/any.ts no-explicit-any',
    'src/cli/case.ts switch-exhaustiveness-check',
    'src/cli/promise.ts no-floating-promises',
    'src/cli/round.ts no-cycle',
  ]);
});

function importing(name: string): string {
  return `import * as it from '${name}';\n\nexport const used = it;\n`;
}

/** Lints these files with the project's own configuration in a folder of their own. @returns `file rule`, sorted and each once. */
async function lint(files: Readonly<Record<string, string>>, inside = 'src'): Promise<readonly string[]> {
  const folder = temporaryFolder(files);
  for (const name of ['package.json', 'tsconfig.json', 'oxlint.config.ts', 'scripts/support']) {
    cpSync(path.join(projectRoot, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  const oxlint = path.join(projectRoot, 'node_modules/oxlint/bin/oxlint');
  const { stdout, stderr } = await runNode([oxlint, '--type-aware', '--format=json', inside], { cwd: folder });
  expect(stderr).toBe('');
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { filename: string; code: string }[] };
  const found = diagnostics.map(({ filename, code }) => `${filename} ${/\((.*)\)/.exec(code)?.[1] ?? code}`);
  return [...new Set(found)].toSorted();
}
