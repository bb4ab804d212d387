import type { Agent, AgentReport, AgentTask } from '../../ports/agent.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** The same agent: each time it works is an operation of its name, which ends as its report says. */
export function observeAgent(agent: Agent, telemetry: Telemetry): Agent {
  return {
    name: agent.name,
    needs: async (choice) => await agent.needs(choice),
    state: async (model) => await agent.state(model),
    run: async (task: AgentTask): Promise<AgentReport> => {
      const model = 'model' in task.choice && task.choice.model !== undefined ? task.choice.model : undefined;
      const operation = {
        kind: 'agent',
        name: agent.name,
        facts: { agent: agent.name, provider: model?.provider, model: model?.model },
      } as const;
      return await telemetry.measure(operation, async ({ end, note }) => {
        telemetry.tell({ type: 'content', of: 'prompt', text: `${task.title}\n\n${task.instructions}` });
        const report = await agent.run(task);
        end(report.end.kind);
        note({ stop: report.end.kind === 'limit' ? `limit: ${report.end.limit}` : report.end.kind });
        return report;
      });
    },
  };
}
