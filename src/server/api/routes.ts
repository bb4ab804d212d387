import type { OperationTools } from '../../operations/tools.ts';
import { costRoutes } from './cost.ts';
import { decisionRoutes } from './decisions.ts';
import { deploymentRoutes } from './deployments.ts';
import { diffRoutes } from './diff.ts';
import { documentRoutes } from './document.ts';
import { escalationRoutes } from './escalations.ts';
import { eventRoutes } from './events.ts';
import { knowledgeRoutes } from './knowledge.ts';
import { logRoutes } from './logs.ts';
import { pickRoutes } from './picks.ts';
import { planRoutes } from './plans.ts';
import type { ApiRoute } from './route.ts';
import { runDetailRoutes } from './run-details.ts';
import { runRoutes } from './runs.ts';
import { serviceRoutes } from './service.ts';
import { sessionRoutes } from './session.ts';
import { standingAnswerRoutes } from './standing-answers.ts';
import { statisticsRoutes } from './statistics.ts';
import { tokenRoutes } from './tokens.ts';

/**
 * Everything that the API answers, a file for each resource.
 *
 * @param failed hears of what went wrong where nobody can be told.
 * @param closing aborts when the service is stopped, for what goes on until then.
 */
export function allRoutes(
  tools: OperationTools,
  failed: (error: unknown) => void,
  closing: AbortSignal = new AbortController().signal,
): readonly ApiRoute[] {
  return [
    runRoutes,
    pickRoutes,
    planRoutes,
    runDetailRoutes,
    decisionRoutes,
    diffRoutes,
    logRoutes,
    eventRoutes,
    escalationRoutes,
    standingAnswerRoutes,
    deploymentRoutes,
    costRoutes,
    statisticsRoutes,
    knowledgeRoutes,
    serviceRoutes,
    sessionRoutes,
    tokenRoutes,
    documentRoutes,
  ].flatMap((routes) => routes(tools, failed, closing));
}
