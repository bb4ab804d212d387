import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { agentTaskDefaults } from '../../../../test/support/agent-task.ts';
import { compileCache } from '../../../../test/support/compile-cache.ts';
import { openScriptedProvider } from '../../../../test/support/scripted-provider/scripted-provider.ts';
import type { Script, ScriptedProvider, Turn } from '../../../../test/support/scripted-provider/scripted-provider.ts';
import { inOrder } from '../../../../test/support/scripted-provider/scripted-provider.ts';
import { createProcessRunner } from '../../../adapters/process/process-runner.ts';
import type { ChecksPlan } from '../../../domain/checks.ts';
import type { BaseEvidence } from '../../../domain/evidence.ts';
import type { CommitId } from '../../../domain/ids.ts';
import { toolNames } from '../../../domain/world.ts';
import type { AgentEvent, AgentReport, AgentTask } from '../../../ports/agent.ts';
import type { Models } from '../../../ports/model.ts';
import { createModelAgent } from '../agent.ts';
import type { ModelAgentOptions } from '../agent.ts';
import { scriptedModels } from './scripted-models.ts';

/** A project in a temporary folder, a scripted provider of models, and what the agent makes of both. */
export interface Trial extends AsyncDisposable {
  /** The folder of the project; beside it in `top`, whatever a test puts there. */
  readonly directory: string;
  readonly top: string;
  readonly provider: ScriptedProvider;
  readonly events: AgentEvent[];
  readonly task: AgentTask;
  run(changes?: Partial<AgentTask> & { readonly options?: Partial<ModelAgentOptions> }): Promise<AgentReport>;
  read(path: string): string;
  log(): string;
  /** What tools have answered, in order, over all requests. */
  results(): readonly string[];
}

const none = { kind: 'none', reason: 'not asked' } as const;
const noEvidence: BaseEvidence = {
  check: { commit: '0'.repeat(40) as CommitId, install: none, build: none, typeCheck: none, lint: none, tests: none },
  failing: [],
  passing: [],
  flaky: [],
};

/**
 * @param files texts by path, or the folder of an example project.
 * @param script the turns of the model, or what decides them.
 */
export async function openTrial(files: Readonly<Record<string, string>> | string, script: readonly Turn[] | Script = []): Promise<Trial> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'miyabi-model-')));
  const directory = join(top, 'project');
  const context = join(top, 'context');
  for (const folder of [directory, context]) mkdirSync(folder);
  if (typeof files === 'string') cpSync(files, directory, { recursive: true });
  else {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  }
  const provider = await openScriptedProvider({ script: typeof script === 'function' ? script : inOrder(script) });
  const processRunner = createProcessRunner();
  const events: AgentEvent[] = [];
  const checks: ChecksPlan = {
    ecosystem: 'npm',
    reasons: [],
    timeoutMs: 60_000,
    test: { command: ['node', '--test'], shown: 'npm test', runner: 'node:test' },
  };
  const task: AgentTask = {
    ...agentTaskDefaults,
    world: 'alpha',
    choice: {
      name: 'model',
      model: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
      prompt: 'standard',
      temperature: 0.3,
      effort: undefined,
      tools: toolNames,
    },
    directory,
    contextDirectory: context,
    logFile: join(top, 'logs', 'agent.log'),
    title: 'Mend it',
    instructions: 'The sum is wrong.',
    base: noEvidence,
    checks,
    process: processRunner,
    environment: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: context,
      TMPDIR: context,
      // Each call of a tool starts a program of ours from its source.
      ...compileCache,
    },
    timeoutMs: 60_000,
    limits: {},
    signal: new AbortController().signal,
    onEvent: (event) => void events.push(event),
  };
  const models: Models = scriptedModels(provider);

  return {
    directory,
    top,
    provider,
    events,
    task,
    async run({ options = {}, ...changes } = {}) {
      return await createModelAgent({ models, ...options }).run({ ...task, ...changes });
    },
    read: (path) => readFileSync(join(directory, path), 'utf8'),
    log: () => readFileSync(task.logFile, 'utf8'),
    results: () => provider.requests.flatMap(({ toolResults }) => toolResults),
    async [Symbol.asyncDispose]() {
      await processRunner[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
      rmSync(top, { recursive: true, force: true });
    },
  };
}
