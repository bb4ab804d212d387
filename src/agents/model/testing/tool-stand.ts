import type { ToolName } from '../../../domain/world.ts';
import type { ToolResult, ToolSetting } from '../tools/tool.ts';
import { toolsNamed } from '../tools/tools.ts';
import type { Trial } from './harness.ts';
import { openTrial } from './harness.ts';

/** Tools in a project, called as the loop calls them, without a model. */
export interface ToolStand extends AsyncDisposable {
  readonly trial: Trial;
  /** @throws where the input does not fit, as it would be told to a model. */
  use(name: ToolName, input: unknown, changes?: Partial<ToolSetting>): Promise<ToolResult>;
}

export async function openToolStand(files: Readonly<Record<string, string>>): Promise<ToolStand> {
  const trial = await openTrial(files);
  return {
    trial,
    async use(name, input, changes = {}) {
      const [tool] = toolsNamed([name]);
      const setting = { task: trial.task, roots: [trial.directory], signal: trial.task.signal, leftMs: () => 60_000, ...changes };
      return await tool!.use(tool!.input.parse(input), setting);
    },
    [Symbol.asyncDispose]: () => trial[Symbol.asyncDispose](),
  };
}
