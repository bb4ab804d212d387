import { openApiDocument } from '../../domain/api/document.ts';
import { readDocument } from '../../domain/api/document-operation.ts';
import { apiOperations } from '../../domain/api/operations.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What there is to ask for. */
export function documentRoutes(): readonly ApiRoute[] {
  return [route(readDocument, async () => ({ ...openApiDocument(apiOperations) }))];
}
