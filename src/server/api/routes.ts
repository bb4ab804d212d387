import type { OperationTools } from '../../operations/tools.ts';
import { documentRoutes } from './document.ts';
import { escalationRoutes } from './escalations.ts';
import { planRoutes } from './plans.ts';
import { runRoutes } from './runs.ts';
import type { ApiRoute } from './route.ts';
import { sessionRoutes } from './session.ts';

/** Everything that the API answers, a file for each resource. */
export function allRoutes(tools: OperationTools): readonly ApiRoute[] {
  return [...runRoutes(tools), ...escalationRoutes(tools), ...planRoutes(tools), ...sessionRoutes(tools), ...documentRoutes()];
}
