import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { agentTaskDefaults } from '../../../../test/support/agent-task.ts';
import { compileCache } from '../../../../test/support/compile-cache.ts';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProcessRunner } from '../../../adapters/process/process-runner.ts';
import type { ChecksPlan, TestRunner } from '../../../domain/checks.ts';
import type { BaseEvidence, TestEvidence } from '../../../domain/evidence.ts';
import type { CommitId } from '../../../domain/ids.ts';
import { repairSettings } from '../../../domain/repair-worlds.ts';
import type { RepairSettings } from '../../../domain/world.ts';
import { runTests } from '../../../evaluation/checks/run-tests.ts';
import type { AgentEvent, AgentReport } from '../../../ports/agent.ts';
import { createRepairAgent } from '../agent.ts';
import type { ColdFramework } from '../child/cold/frameworks.ts';

const house = fileURLToPath(new URL('../../../../', import.meta.url));

/** The commands that start each runner from the house's own packages. */
const commands: Readonly<Record<ColdFramework, readonly [string, ...string[]]>> = {
  'node:test': ['node', '--test'],
  vitest: ['node', `${house}node_modules/vitest/vitest.mjs`, 'run'],
  jest: ['node', `${house}node_modules/jest/bin/jest.js`],
  mocha: ['node', `${house}node_modules/mocha/bin/mocha.js`, 'test/**/*.js'],
  ava: ['node', `${house}node_modules/ava/entrypoints/cli.mjs`],
  tap: ['node', `${house}node_modules/tape/bin/tape`, 'test/*.js'],
};

/** A project in a temporary folder with the real runner of tests, and what the repair agent makes of it. */
export interface Trial extends AsyncDisposable {
  readonly directory: string;
  readonly events: AgentEvent[];
  /** Called with each event, besides its being kept. */
  onEvent: (event: AgentEvent) => void;
  base(): Promise<BaseEvidence>;
  run(options?: {
    readonly settings?: Partial<RepairSettings>;
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
    readonly title?: string;
    /** Started in the place of Node, with the search program as its argument. */
    readonly nodeBinary?: string;
  }): Promise<AgentReport>;
  read(path: string): string;
  /** Ids of tests that fail as the folder is now, by the run of the project's runner on exactly these files. */
  failing(): Promise<readonly string[]>;
}

/** @param files texts by path, or the folder of an example project. */
export function createTrial(runner: keyof typeof commands, files: Readonly<Record<string, string>> | string): Trial {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-repair-')));
  const directory = join(top, 'project');
  const context = join(top, 'context');
  for (const folder of [directory, context]) mkdirSync(folder);
  if (typeof files === 'string') cpSync(files, directory, { recursive: true, filter: (path) => !path.includes('node_modules') });
  else {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  }
  if (!existsSync(join(directory, 'node_modules'))) symlinkSync(`${house}node_modules`, join(directory, 'node_modules'));
  const processRunner = createProcessRunner();
  const plan: ChecksPlan = {
    ecosystem: 'npm',
    reasons: [],
    timeoutMs: 60_000,
    test: { command: commands[runner], shown: runner, runner: runner as TestRunner },
  };
  const environment = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: context, TMPDIR: context, ...compileCache };
  const events: AgentEvent[] = [];
  let known: BaseEvidence | undefined;
  /** What the project's own runner has said of each state of the folder. */
  const said = new Map<string, TestEvidence>();
  const test = async (signal?: AbortSignal): Promise<TestEvidence> => {
    const state = contentsOf(directory);
    const evidence = await runTests({
      plan,
      directory,
      reportDirectory: context,
      environment,
      process: processRunner,
      ...(signal === undefined ? {} : { signal }),
    });
    if (evidence.kind === 'reported') said.set(state, evidence);
    return evidence;
  };
  const ids = (evidence: TestEvidence, status: string) =>
    evidence.kind === 'reported' ? evidence.cases.filter((each) => each.status === status).map(({ id }) => id) : [];

  const trial: Trial = {
    directory,
    events,
    onEvent: () => undefined,
    async base() {
      if (known !== undefined) return known;
      const tests = await test();
      const none = { kind: 'none', reason: 'not asked' } as const;
      const check = { commit: '0'.repeat(40) as CommitId, install: none, build: none, typeCheck: none, lint: none, tests };
      known = { check, failing: ids(tests, 'failed'), passing: ids(tests, 'passed'), flaky: [] };
      return known;
    },
    async run({
      settings = {},
      signal = new AbortController().signal,
      timeoutMs = 60_000,
      title = 'Mend it',
      nodeBinary = process.execPath,
    } = {}) {
      const agent = createRepairAgent({
        nodeBinary,
        validate: async (request) => {
          const evidence = await test(request.signal);
          return evidence.kind === 'reported' ? { failing: ids(evidence, 'failed'), passing: ids(evidence, 'passed') } : undefined;
        },
      });
      return agent.run({
        ...agentTaskDefaults,
        world: 'gamma',
        choice: { name: 'repair', settings: { ...repairSettings({ index: 0, of: 1 }), ...settings } },
        directory,
        contextDirectory: context,
        logFile: join(context, 'agent.log'),
        title,
        instructions: '',
        base: await trial.base(),
        checks: plan,
        process: processRunner,
        environment,
        timeoutMs,
        limits: {},
        signal,
        onEvent: (event) => {
          events.push(event);
          trial.onEvent(event);
        },
      });
    },
    read: (path) => readFileSync(join(directory, path), 'utf8'),
    failing: async () => ids(said.get(contentsOf(directory)) ?? (await test()), 'failed'),
    async [Symbol.asyncDispose]() {
      await processRunner[Symbol.asyncDispose]();
      rmSync(top, { recursive: true, force: true });
    },
  };
  return trial;
}

/** A digest of all files of a folder but those of `node_modules`, which is a link to many thousand of them. */
function contentsOf(directory: string): string {
  const hash = createHash('sha256');
  for (const path of filesIn(directory).toSorted()) hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules') return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}
