import type { z } from 'zod';
import type { ApiOperation } from '../../../src/domain/api/operation.ts';

/** Every module that defines operations; what they export under the id of an operation is that operation. */
type Modules = typeof import('../../../src/domain/api/runs.ts') &
  typeof import('../../../src/domain/api/run-details.ts') &
  typeof import('../../../src/domain/api/diff.ts') &
  typeof import('../../../src/domain/api/choices.ts') &
  typeof import('../../../src/domain/api/decisions.ts') &
  typeof import('../../../src/domain/api/logs.ts') &
  typeof import('../../../src/domain/api/plans.ts') &
  typeof import('../../../src/domain/api/events.ts') &
  typeof import('../../../src/domain/api/escalations.ts') &
  typeof import('../../../src/domain/api/standing-answers.ts') &
  typeof import('../../../src/domain/api/picks.ts') &
  typeof import('../../../src/domain/api/fixes.ts') &
  typeof import('../../../src/domain/api/deployments.ts') &
  typeof import('../../../src/domain/api/cost.ts') &
  typeof import('../../../src/domain/api/statistics.ts') &
  typeof import('../../../src/domain/api/knowledge.ts') &
  typeof import('../../../src/domain/api/service.ts') &
  typeof import('../../../src/domain/api/document-operation.ts') &
  typeof import('../../../src/domain/api/session.ts') &
  typeof import('../../../src/domain/api/tokens.ts');

type Operations = {
  [Id in keyof Modules as Modules[Id] extends { readonly id: string; readonly answer: z.ZodType } ? Id : never]: Modules[Id];
};

/** Such as `listRuns`. */
export type OperationId = keyof Operations;

type PartOf<Id extends OperationId, Part extends keyof ApiOperation> = Operations[Id][Part & keyof Operations[Id]];

type SentOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** What an operation is asked with, beside who asks. */
export interface Asked<Id extends OperationId> {
  /** What stands in braces in its path. */
  readonly params?: SentOf<PartOf<Id, 'params'>>;
  readonly query?: SentOf<PartOf<Id, 'query'>>;
  readonly body?: SentOf<PartOf<Id, 'body'>>;
}

/** What it answers with. */
export type Answer<Id extends OperationId> = PartOf<Id, 'answer'> extends z.ZodType ? z.output<PartOf<Id, 'answer'>> : never;
