import { findRun } from '../../operations/find-run.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { JobView } from '../../weaver/engine.ts';
import { orMissing } from './refusal.ts';

/** Finds the run that a path names. @throws Refusal where there is none. */
export function findRunOf({ engine }: Pick<OperationTools, 'engine'>): (params: { readonly run: string }) => Promise<JobView> {
  return async ({ run }) => await orMissing(findRun(engine, run));
}
