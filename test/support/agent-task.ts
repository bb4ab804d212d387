import type { Caller } from '../../src/ports/exchange.ts';
import type { AgentTask, Background } from '../../src/ports/agent.ts';
import type { JobId, TaskId } from '../../src/domain/ids.ts';

/** A background with nothing in it. */
export const noBackground: Background = { issue: '', guides: [], mentioned: [], map: '', similar: [], fence: 'fence' };

/** A caller without budgets, whom nobody answers. */
export const freeCaller: Caller = {
  jobId: 'job' as JobId,
  taskId: 'task' as TaskId,
  planTask: undefined,
  world: 'alpha',
  purpose: 'agent',
  limits: [],
  cacheScope: 'test',
  incidental: [],
  askToGoOn: async () => false,
  onEvent: () => undefined,
};

/** What tasks of agents have in common in tests that are about something else. */
export const agentTaskDefaults = {
  background: noBackground,
  isWalled: false,
  nodePath: process.execPath,
  bounds: { steps: 20, tokens: 1_000_000, sameErrors: 3, costMicroUsd: 5_000_000 },
  caller: freeCaller,
  permissions: 'allow',
  ask: async () => false,
} satisfies Partial<AgentTask>;
