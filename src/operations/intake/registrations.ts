import type { Registration } from '../../weaver/handler.ts';
import type { OperationTools } from '../tools.ts';
import { receiveType } from './intent.ts';

/** What handles news of forges, loaded when the first has come. @param tools asked for when a task is executed. */
export function intakeRegistrations(tools: () => OperationTools): readonly Registration[] {
  let loading: Promise<Registration> | undefined;
  const load = async (): Promise<Registration> => (await import('./receive.ts')).receive(tools());
  return [{ type: receiveType, spends: false, handler: async (context) => await (await (loading ??= load())).handler(context) }];
}
