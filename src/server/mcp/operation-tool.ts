import type { ApiOperation } from '../../domain/api/operation.ts';
import type { ApiAccess } from '../../ports/api-access.ts';
import type { ApiRoute } from '../api/route.ts';

/** Asks an operation of the API, as its own schemas read it, and reads what it answers. @throws Refusal or Failure, as the operation does. */
export type AskOperation = (
  operation: ApiOperation,
  asked: { readonly params?: object; readonly query?: object; readonly body?: unknown },
) => Promise<unknown>;

/** @param caller in whose name it is asked. */
export function askOperations(routes: readonly ApiRoute[], caller: ApiAccess): AskOperation {
  return async (operation, { params = {}, query = {}, body }) => {
    const route = routes.find((each) => each.operation === operation);
    if (route?.kind !== 'answer') throw new Error(`${operation.id} is no operation that answers.`);
    const answer = await route.handle({
      params: operation.params.parse(params),
      query: operation.query.parse(query),
      body: operation.body?.parse(body),
      caller,
      changeKey: undefined,
      cause: undefined,
    });
    return operation.answer.parse(answer);
  };
}
