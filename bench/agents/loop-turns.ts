import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createModelAgent } from '../../src/agents/model/agent.ts';
import type { CommitId } from '../../src/domain/ids.ts';
import { toolNames } from '../../src/domain/world.ts';
import type { AgentTask } from '../../src/ports/agent.ts';
import type { Models } from '../../src/ports/model.ts';
import { agentTaskDefaults } from '../../test/support/agent-task.ts';
import { measurement } from '../support/child.ts';
import { inTurns } from '../support/rounds.ts';
import type { ProviderAddresses } from './provider.ts';
import { turns } from './scripts.ts';
import { modelId, modelsStand, worldCaller } from './stand.ts';

export interface LoopTurnsRequest {
  /** Of providers that answer by the scripts `plans` and `reads`. */
  readonly plans: ProviderAddresses;
  readonly reads: ProviderAddresses;
  readonly rounds: number;
}

/** An agent at work, for each turn. */
interface Turn {
  /** Of this process, in ms: of the loop beyond the calls of the model, and of these. */
  readonly loopCpuMs: number;
  readonly callCpuMs: number;
  /** How long they took, in ms. */
  readonly loopMs: number;
  readonly callMs: number;
}

export interface LoopTurns {
  /** The tool does nothing but tell. */
  readonly plans: readonly Turn[];
  /** The tool is a program that reads a file, without walls. */
  readonly reads: readonly Turn[];
}

/** The agent `model` at work: what a turn of its loop costs beyond the call of the model, which is measured within it. */
export const loopTurns = measurement(import.meta, async (request: LoopTurnsRequest, folder): Promise<LoopTurns> => {
  const { plans, reads, rounds } = request;
  const place = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path);
    return path;
  };
  await using planning = await modelsStand(place('plans'), plans);
  await using reading = await modelsStand(place('reads'), reads);
  await using processes = createProcessRunner();
  const tree = place('tree');
  mkdirSync(join(tree, 'src'));
  for (let file = 0; file < turns; file += 1)
    writeFileSync(join(tree, `src/file-${file}.js`), `export const value = ${file};\n`.repeat(60));
  const task = (run: number): AgentTask => ({
    ...agentTaskDefaults,
    world: 'alpha',
    choice: {
      name: 'model',
      model: { provider: 'anthropic', model: modelId },
      prompt: 'standard',
      temperature: 0.3,
      effort: undefined,
      tools: toolNames,
    },
    directory: tree,
    contextDirectory: folder,
    logFile: join(folder, 'agent.log'),
    title: `Mend it, for the ${run}th time`,
    instructions: 'The sum is wrong. '.repeat(100),
    base: noEvidence,
    checks: { ecosystem: 'npm', reasons: [], timeoutMs: 60_000 },
    process: processes,
    environment: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder, TMPDIR: folder },
    timeoutMs: 60_000,
    limits: {},
    caller: worldCaller(),
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  let runs = 0;
  const work = async (models: Models): Promise<Turn> => {
    runs += 1;
    return await measureRun(models, task(runs));
  };
  const sides = { plans: () => work(planning.models), reads: () => work(reading.models) };
  for (const side of Object.values(sides)) for (let warm = 0; warm < 3; warm += 1) await side();
  return await inTurns(sides, { rounds, budgetMs: 20_000 });
});

async function measureRun(models: Models, task: AgentTask): Promise<Turn> {
  const calls = { cpuMs: 0, ms: 0, count: 0 };
  const watched: Models = {
    ...models,
    async language(name, caller) {
      const model = await models.language(name, caller);
      const doGenerate: LanguageModelV4['doGenerate'] = async (options) => {
        const before = process.cpuUsage();
        const begun = performance.now();
        const result = await model.doGenerate(options);
        calls.ms += performance.now() - begun;
        calls.cpuMs += cpuMsSince(before);
        calls.count += 1;
        return result;
      };
      return { ...model, specificationVersion: 'v4', supportedUrls: model.supportedUrls, doGenerate };
    },
  };
  const before = process.cpuUsage();
  const begun = performance.now();
  const { end, summary } = await createModelAgent({ models: watched }).run(task);
  const all = { cpuMs: cpuMsSince(before), ms: performance.now() - begun };
  if (end.kind !== 'finished' || calls.count !== turns + 1)
    throw new Error(`The agent ended with ${JSON.stringify(end)} after ${calls.count} calls: ${summary}`);
  return {
    loopCpuMs: (all.cpuMs - calls.cpuMs) / calls.count,
    callCpuMs: calls.cpuMs / calls.count,
    loopMs: (all.ms - calls.ms) / calls.count,
    callMs: calls.ms / calls.count,
  };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const none = { kind: 'none', reason: 'not asked' } as const;
const noEvidence: AgentTask['base'] = {
  check: { commit: '0'.repeat(40) as CommitId, install: none, build: none, typeCheck: none, lint: none, tests: none },
  failing: [],
  passing: [],
  flaky: [],
};
