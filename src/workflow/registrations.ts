import type { TaskType } from '../domain/task-type.ts';
import type { Handler, Registration } from '../weaver/handler.ts';
import * as deployTaskTypes from './deploy/deploy-task-types.ts';
import { withFinalFailures } from './final-failures.ts';
import * as forgeTaskTypes from './forge-task-types.ts';
import * as taskTypes from './task-types.ts';
import { tellType } from './tell-type.ts';
import type { WorkflowTools } from './tools.ts';
import { withForge } from './with-forge.ts';

/** Every kind of task that a run can have: whoever executes runs must have code for each. */
export const expectedTypes: readonly TaskType<unknown, unknown>[] = [
  ...Object.values(taskTypes),
  ...Object.values(forgeTaskTypes),
  ...Object.values(deployTaskTypes),
  tellType,
];

/**
 * Only agents are stopped by the run's cost limit: a model that is asked for a role costs money too, but where it may not be asked any more the
 * rules take over, and what was paid for is finished.
 */
const spending: readonly string[] = [taskTypes.worldRunType.name, taskTypes.testsWriteType.name];

/**
 * Every kind of task of a run with the code that executes it. That is loaded, all of it and the tools with it, when the first task is executed:
 * it is most of this program, and whoever only looks at runs does without.
 */
export function registrations(tools: () => Promise<WorkflowTools>): readonly Registration[] {
  let loading: Promise<ReadonlyMap<string, Handler<unknown, unknown>>> | undefined;
  const load = async (): Promise<ReadonlyMap<string, Handler<unknown, unknown>>> => {
    const { handlers } = await import('./handlers.ts');
    return new Map(Object.values(handlers(await tools())).map(({ type, handler }) => [type.name, handler]));
  };
  return expectedTypes
    .map((type) => ({
      type,
      spends: spending.includes(type.name),
      handler: async (context: Parameters<Handler<unknown, unknown>>[0]) => {
        const handler = (await (loading ??= load())).get(type.name);
        if (handler === undefined) throw new Error(`nothing executes ${type.name}`);
        return await handler(context);
      },
    }))
    .map((registration) => withForge(registration, tools))
    .map(withFinalFailures);
}
