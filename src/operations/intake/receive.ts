import { defaultAttempts } from '../../domain/budget.ts';
import { spanOf, traceOf } from '../../domain/trace.ts';
import type { Registration } from '../../weaver/handler.ts';
import { handle } from '../../weaver/handler.ts';
import { withForge } from '../../workflow/with-forge.ts';
import type { OperationTools } from '../tools.ts';
import { approveMerge } from './approve-merge.ts';
import { receiveType } from './intent.ts';
import type { Told } from './intent.ts';
import { obey } from './obey.ts';
import { startByTrigger } from './start-from-forge.ts';
import { leaveRepositories, stopByTrigger } from './stop.ts';
import { wakeRuns } from './wake.ts';

/** Does what something at a forge asks of us. Done twice it comes to the same: nothing is started, answered or told again. */
export function receive(tools: OperationTools): Registration {
  const received = handle(receiveType, async ({ payload, attempt, jobId, taskId }) => {
    const cause = { within: { trace: traceOf(jobId, undefined), span: spanOf(taskId) } };
    const did = await handleIntent(tools, { ...payload, cause, isLastTry: attempt >= defaultAttempts });
    return { kind: 'success', result: { did } };
  });
  return withForge(received, async () => tools);
}

async function handleIntent(tools: OperationTools, received: Told): Promise<string> {
  const { intent } = received;
  switch (intent.do) {
    case 'start':
      return await startByTrigger(tools, received, intent);
    case 'stop':
      return await stopByTrigger(tools, received, intent);
    case 'obey':
      return await obey(tools, received, intent);
    case 'wake':
      return await wakeRuns(tools, received, intent);
    case 'approve':
      return await approveMerge(tools, received, intent);
    case 'leave':
      return await leaveRepositories(tools, received.forge, intent.repositories);
  }
}
