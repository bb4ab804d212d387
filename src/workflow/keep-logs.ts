import { logLines } from '../domain/logs/log-lines.ts';
import { logNameOf } from '../domain/logs/log-name.ts';
import { keptLineReader } from '../domain/logs/read-lines.ts';
import type { Artifact } from '../domain/outcome.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { keptValue } from './kept.ts';
import type { AgentPayload } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** What was kept of what an agent printed, and what is to be said of that. */
export interface KeptLogs {
  readonly artifacts: readonly Artifact[];
  readonly observations: readonly string[];
}

const none: KeptLogs = { artifacts: [], observations: [] };

/**
 * Keeps what the agent of a world printed, without secrets, for machines that do not have its files; where a run stays on one machine those are
 * enough. What cannot be kept is no fault of the world.
 */
export async function keepLogs(tools: WorkflowTools, context: TaskContext<AgentPayload>): Promise<KeptLogs> {
  if (runOf(context).repository.kind === 'local') return none;
  try {
    const { id: planTask } = await keptValue(tools, context.payload.planTask);
    const files = await tools.logs.ofRun(context.jobId);
    const own = files.filter(({ name }) => {
      const named = logNameOf(name);
      return named?.planTask === planTask && named.world === context.payload.world.name;
    });
    const artifacts: Artifact[] = [];
    for (const { name } of own) {
      const { reference } = await tools.artifacts.put(linesOf(tools, context, name));
      artifacts.push({ kind: 'log', name, reference });
    }
    return { artifacts, observations: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { artifacts: [], observations: [`Its log could not be kept, and other machines cannot read it: ${why}`] };
  }
}

async function* linesOf({ logs, redact }: WorkflowTools, { jobId }: TaskContext<AgentPayload>, name: string): AsyncGenerator<string> {
  const lines = logLines(keptLineReader(redact));
  for await (const piece of logs.read(jobId, name)) yield inText(lines.add(piece));
  yield inText(lines.rest());
}

function inText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
