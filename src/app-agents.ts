import type { AgentName } from './domain/world.ts';
import type { Agent } from './ports/agent.ts';
import type { Models } from './ports/model.ts';
import type { Programs } from './ports/programs.ts';

/** What agents are wired from; a part of `app.ts`. */
export interface AgentsRequest {
  /** Our own Node. */
  readonly nodePath: string;
  readonly models: () => Promise<Models>;
  readonly programs: Programs;
}

/** Each agent when it is first asked for: most of them bring large libraries, and most runs have one. */
export function wireAgents(request: AgentsRequest): (name: AgentName) => Promise<Agent> {
  const made = new Map<AgentName, Promise<Agent>>();
  return async (name) => {
    const agent = made.get(name) ?? make(name, request);
    made.set(name, agent);
    return await agent;
  };
}

async function make(name: AgentName, { nodePath, models, programs }: AgentsRequest): Promise<Agent> {
  switch (name) {
    case 'repair': {
      const [{ createRepairAgent }, { validate }] = await Promise.all([
        import('./agents/repair/agent.ts'),
        import('./workflow/validate.ts'),
      ]);
      return createRepairAgent({ nodeBinary: nodePath, validate });
    }
    case 'command':
      return (await import('./agents/command/command-agent.ts')).createCommandAgent();
    case 'model':
      return (await import('./agents/model/agent.ts')).createModelAgent({ models: await models() });
    case 'claude-code':
      return (await import('./agents/programs/claude-code.ts')).createClaudeCodeAgent({ programs, models: await models() });
    case 'codex':
      return (await import('./agents/programs/codex.ts')).createCodexAgent({ programs, models: await models() });
    case 'opencode':
    case 'gemini':
    case 'acp':
      return (await import('./agents/acp/agents.ts')).createAcpAgents({ programs, models: await models() })[name];
  }
}
