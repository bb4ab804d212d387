import { runAttributesSchema } from '../domain/run.ts';
import type { JobView } from '../weaver/engine.ts';
import type { ChoiceView } from './choice-view.ts';
import { choiceView } from './choice-view.ts';
import type { ExplainedRun } from './explain.ts';
import { explainAsData } from './explain.ts';
import type { OperationTools } from './tools.ts';

type Explained = ExplainedRun['tasks'][number];

/** Every choice of a run with its whole table, in words too. */
export interface ComparedChoices {
  readonly tasks: readonly (Omit<Explained, 'choice'> & {
    readonly choice: ChoiceView & Awaited<ReturnType<OperationTools['tellChoice']>>;
  })[];
  /** From where on a world was good enough in this run: the confidence of a winner that is taken as it is, 0 to 1, and worlds that must pass. */
  readonly thresholds: { readonly sureFrom: number; readonly minSuccessful: number };
  readonly warnings: readonly string[];
}

/** @throws Failure (notFoundOrLocked) when the run has come neither to a choice nor to a deployment. */
export async function comparedChoices(tools: OperationTools, job: JobView): Promise<ComparedChoices> {
  const { tasks, warnings } = await explainAsData(tools, job);
  const { score, choice: rules, worlds } = runAttributesSchema.parse(job.attributes).config;
  const told = tasks.map(async ({ choice, ...task }) => ({
    ...task,
    choice: { ...choiceView(choice, score), ...(await tools.tellChoice(choice)) },
  }));
  const thresholds = { sureFrom: rules.sureFrom, minSuccessful: worlds.minSuccessful };
  return { tasks: await Promise.all(told), thresholds, warnings };
}
