import { scriptedModels } from '../../../test/support/scripted-models.ts';
import { openScriptedProvider } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { RecordedRequest, Script } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { workflowStand } from '../../../test/support/workflow-stand.ts';
import type { GitStand } from '../../../test/support/git-stand.ts';
import { configSchema } from '../../domain/config.ts';
import type { ModelRole } from '../../domain/model.ts';
import { redactor } from '../../domain/redact.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';

/** A run on a real repository in which roles ask a scripted provider. */
export interface RoleStand extends AsyncDisposable {
  readonly git: GitStand;
  readonly tools: WorkflowTools;
  readonly context: TaskContext<unknown>;
  readonly requests: readonly RecordedRequest[];
}

export async function roleStand(given: {
  readonly files?: Readonly<Record<string, string>>;
  readonly issue?: { readonly title: string; readonly body: string };
  /** Roles for which a model is configured. */
  readonly roles: readonly ModelRole[];
  readonly script: Script;
}): Promise<RoleStand> {
  const stand = await workflowStand(given.files ?? { 'src/cart.js': 'export const total = 1;\n' });
  const provider = await openScriptedProvider({ script: given.script });
  const models = scriptedModels(provider);
  const context = stand.context(1, {});
  const attributes = context.attributes as RunAttributes;
  const config = configSchema.parse({ models: Object.fromEntries(given.roles.map((role) => [role, 'local/scripted'])) });
  const issue = { ...attributes.issue, ...given.issue };
  return {
    git: stand.git,
    tools: { ...stand.tools, models: () => Promise.resolve(models), redact: redactor([]) },
    context: { ...context, attributes: { ...attributes, issue, config } },
    requests: provider.requests,
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      await stand[Symbol.asyncDispose]();
    },
  };
}
