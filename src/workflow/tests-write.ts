import { handle } from '../weaver/handler.ts';
import { accountFor, liveAgent } from './live-agent.ts';
import { testsWriteType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

/**
 * An agent that writes tests from the issue alone, in a place of its own like that of a world. What it harvests is never a candidate: only tests
 * are taken from it. One that comes to nothing is missed by nobody.
 */
export function testsWrite(tools: WorkflowTools) {
  return handle(testsWriteType, async (context) => {
    const { result, observations, artifacts } = await accountFor(
      tools,
      context,
      async (onWarning) => await liveAgent(tools, context, { early: new AbortController(), onWarning }),
    );
    return { kind: 'success', result, costMicroUsd: result.costMicroUsd, observations, artifacts };
  });
}
