import type { ApiAccess } from './ports/api-access.ts';
import { displayId } from './domain/ids.ts';
import { runAttributesSchema } from './domain/run.ts';
import { openCarrier } from './operations/carry-started.ts';
import { findRun } from './operations/find-run.ts';
import type { OperationTools, TalkRequest } from './operations/tools.ts';
import { allRoutes } from './server/api/routes.ts';
import { knowledgeTools } from './server/mcp/knowledge-tools.ts';
import { askOperations } from './server/mcp/operation-tool.ts';
import { questionTools } from './server/mcp/question-tools.ts';
import { runTools } from './server/mcp/run-tools.ts';
import { serveAgent } from './server/mcp/serve-agent.ts';
import type { TalkingTools } from './server/mcp/talking-tools.ts';

/** Lets another agent use Miyabi until it hangs up; a part of `app.ts`. Runs that it begins are carried here where no other machine does. */
export async function talkToAgent(tools: OperationTools, { user, cwd, answers, input, output, tell, signal }: TalkRequest): Promise<void> {
  const failed = (error: unknown): void => tell(`Something that the agent asked for could not be done: ${told(error)}`);
  await using carrier = openCarrier(tools, tell);
  const talking: TalkingTools = {
    tools,
    ask: askOperations(allRoutes(tools, failed), agentOf(user)),
    cwd,
    answers,
    carry: async (run) => {
      if (tools.sharing) return;
      const { id, attributes } = await findRun(tools.engine, run);
      carrier.carry(id, runAttributesSchema.parse(attributes));
      tell(`${displayId('run', id)} has begun.`);
    },
  };
  await serveAgent({
    tools: [...runTools(talking), ...questionTools(talking), ...knowledgeTools(talking)],
    version: tools.version,
    input,
    output,
    failed,
    signal,
  });
}

/** Under this name stands what it does; it has no token, and lets nobody in. */
function agentOf(user: string): ApiAccess {
  const name = `${user} (by an agent)`;
  return { id: 'mcp', kind: 'token', name, scope: 'operate', digest: '', createdAt: 0, expiresAt: undefined, usedAt: undefined };
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
