import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createCollector, type Collector } from './collector.ts';
import { jestFramework, mochaFramework, nodeTestFramework, vitestFramework, type Framework, type FrameworkApi } from './frameworks.ts';
import { stageModules, type ModuleStage } from './hooks.ts';
import type { FrameworkName, WorkerCase, WorkerRequest, WorkerRun } from './messages.ts';
import { createProbes, type Probes } from './probes.ts';
import { firstLine } from './first-line.ts';

type TestsRequest = Extract<WorkerRequest, { type: 'tests' }>;

/** Runs test files of one project in this process, again and again, with changed sources. */
export interface TestRunner {
  run(request: TestsRequest): Promise<WorkerRun>;
}

export function createTestRunner(): TestRunner {
  let stand: Stand | undefined;
  return {
    async run(request) {
      try {
        stand ??= await setUp(request);
      } catch (error) {
        return {
          cases: [],
          loaded: [],
          ticks: 0,
          ranDry: false,
          unsupported: `the test framework could not be loaded: ${firstLine(error)}`,
        };
      }
      return runFiles(stand, request);
    },
  };
}

/** What is set up once and serves all requests of a worker. */
interface Stand {
  readonly stage: ModuleStage;
  readonly framework: Framework;
  readonly probes: Probes;
  readonly strayErrors: unknown[];
  collector: Collector;
}

const registry = '__miyabiFramework__';

async function setUp(request: TestsRequest): Promise<Stand> {
  const probes = createProbes();
  const strayErrors: unknown[] = [];
  const stray = () => strayErrors;
  const gathering = { collector: createCollector(stray) };
  const framework = frameworkOf(request.framework, () => gathering.collector);
  const stage = stageModules(request.directory, (name, kind, realUrl) => standIn(name, kind, realUrl, request.framework, framework.api));
  Object.assign(globalThis, probes.globals, { [registry]: framework.api });
  process.on('uncaughtException', (error) => strayErrors.push(error));
  process.on('unhandledRejection', (error) => strayErrors.push(error));
  process.exit = ((code?: number) => {
    throw new Error(`process.exit(${code ?? ''}) was called`);
  }) as typeof process.exit;
  await offerGlobals(request, framework);
  return Object.assign(gathering, { stage, framework, probes, strayErrors });
}

function frameworkOf(name: FrameworkName, collector: () => Collector): Framework {
  switch (name) {
    case 'node:test':
      return nodeTestFramework(collector);
    case 'vitest':
      return vitestFramework(collector);
    case 'jest':
      return jestFramework(collector);
    case 'mocha':
      return mochaFramework(collector);
  }
}

/** Modules whose declaring functions are ours; the rest of vitest is the project's own. */
function standIn(
  name: string,
  kind: 'module' | 'commonjs',
  realUrl: () => string,
  framework: FrameworkName,
  api: FrameworkApi,
): string | undefined {
  const modules: Readonly<Record<FrameworkName, readonly string[]>> = {
    'node:test': ['node:test', 'test'],
    vitest: ['vitest'],
    jest: ['@jest/globals'],
    mocha: ['mocha'],
  };
  if (!modules[framework].includes(name)) return undefined;
  if (kind === 'commonjs') return `module.exports = globalThis.${registry};`;
  const names = Object.keys(api).filter((key) => key !== 'default' && key !== 'for' && /^[a-zA-Z]\w*$/.test(key));
  const own = `const api = globalThis.${registry};\nexport default api;\nexport const { ${names.join(', ')} } = api;`;
  return framework === 'vitest' ? `export * from ${JSON.stringify(realUrl())};\n${own}` : own;
}

/** Frameworks that put their functions into the global scope, and the assertion functions of the project's own packages. */
async function offerGlobals(request: TestsRequest, framework: Framework): Promise<void> {
  if (request.framework === 'node:test') return;
  const { directory } = request;
  if (request.framework === 'jest') Object.assign(framework.api, jestPackages(directory));
  if (request.framework === 'vitest') {
    const require = createRequire(pathToFileURL(`${directory}/package.json`));
    const root = require.resolve('vitest/package.json').replace(/package\.json$/, '');
    const { expect, vi, assert, chai } = (await import(pathToFileURL(`${root}dist/index.js`).href)) as Record<string, unknown>;
    Object.assign(globalThis, { expect, vi, vitest: vi, assert, chai });
  }
  Object.assign(globalThis, framework.api);
}

/** jest's own assertions and mock functions, wherever the package manager has put them. */
function jestPackages(directory: string): FrameworkApi {
  const top = createRequire(pathToFileURL(`${directory}/package.json`));
  const { expect } = reach(top, 'expect', ['jest', '@jest/core', 'jest-config', 'jest-circus']) as { readonly expect: unknown };
  const { ModuleMocker } = reach(top, 'jest-mock', ['jest', '@jest/core', 'jest-config', 'jest-circus', 'jest-runtime']) as {
    readonly ModuleMocker: new (scope: typeof globalThis) => Record<string, (...values: unknown[]) => unknown>;
  };
  const mocker = new ModuleMocker(globalThis);
  const names = ['fn', 'spyOn', 'clearAllMocks', 'resetAllMocks', 'restoreAllMocks', 'isMockFunction', 'mocked', 'replaceProperty'];
  const jest = Object.fromEntries(names.map((name) => [name, mocker[name]?.bind(mocker)]));
  return { expect, jest: { ...jest, setTimeout: () => undefined } };
}

/** Loads a package from the project, or from the packages that depend on it, one behind the other. */
function reach(require: NodeJS.Require, name: string, through: readonly string[]): unknown {
  try {
    return require(name);
  } catch (error) {
    const [next, ...rest] = through;
    if (next === undefined) throw error;
    return reach(createRequire(require.resolve(next)), name, rest);
  }
}

async function runFiles(stand: Stand, request: TestsRequest): Promise<WorkerRun> {
  const { stage, probes, framework, strayErrors } = stand;
  const cases: WorkerCase[] = [];
  let ticks = 0;
  let ranDry = false;
  stage.begin(request.overrides);
  strayErrors.length = 0;
  for (const file of request.files) {
    stand.collector = createCollector(() => strayErrors);
    probes.refill(request.fuel);
    try {
      await import(stage.address(file));
    } catch (error) {
      cases.push({ file, name: '', status: 'failed', message: firstLine(error), hits: probes.hits() });
      ranDry ||= probes.dry();
      continue;
    }
    const { fuel, only, testTimeoutMs } = request;
    const loadHits = probes.hits();
    ticks = Math.max(ticks, probes.used());
    const ran = await stand.collector.run({ file, only, fuel, timeoutMs: testTimeoutMs, calling: framework.calling, probes, loadHits });
    cases.push(...ran.cases);
    ticks = Math.max(ticks, ran.ticks);
    ranDry ||= ran.ranDry;
  }
  const unsupported = stage.unsupported();
  return { cases, loaded: stage.loaded(), ticks, ranDry, ...(unsupported === undefined ? {} : { unsupported }) };
}
