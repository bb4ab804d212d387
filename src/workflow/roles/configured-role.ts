import type { z } from 'zod';
import type { ModelRole } from '../../domain/model.ts';
import { parseModelName } from '../../domain/model.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { Models } from '../../ports/model.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { roleCaller } from '../caller.ts';
import { redacted } from '../redacted.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { askRole } from './ask-role.ts';
import { fenced } from './prompt.ts';
import type { FencedPrompt } from './prompt.ts';

/** What a role came to, in the words of the run. */
export interface RoleResult<Value> {
  /** Undefined where the answer could not be used: the rules take over. */
  readonly value: Value | undefined;
  /** As it is configured. */
  readonly model: string;
  /** What the user of a run should know; empty where all went well. */
  readonly warnings: readonly string[];
  readonly costMicroUsd: MicroUsd;
}

interface ConfiguredQuestion<Value> {
  /** What the role makes, such as `analysis`. */
  readonly what: string;
  readonly schema: z.ZodType<Value>;
  readonly instructions: string;
  readonly prompt: FencedPrompt;
}

export type RoleTools = Pick<WorkflowTools, 'ledger' | 'clock' | 'attended' | 'redact' | 'models'>;

/** Whether a model is configured for the role. */
export function hasModel(context: Pick<TaskContext<unknown>, 'attributes'>, role: ModelRole): boolean {
  return runOf(context).config.models[role] !== undefined;
}

/**
 * Asks the model that is configured for a role.
 * @returns undefined where none is: the rules alone decide, and nothing is to be said of it.
 * @throws the reason of the task's signal.
 */
export async function askConfigured<Value>(
  tools: RoleTools,
  context: TaskContext<unknown>,
  role: ModelRole,
  question: ConfiguredQuestion<Value>,
): Promise<RoleResult<Value> | undefined> {
  const { models } = runOf(context).config;
  const configured = models[role];
  const model = configured === undefined ? undefined : parseModelName(configured);
  if (configured === undefined || model === undefined) return undefined;
  context.progress(`asking ${configured} for the ${question.what}`);
  const { text, fence } = fenced(question.prompt);
  // Models that cannot even be set up are one more reason to go by rules.
  const language: Models['language'] = async (name, caller) => await (await tools.models()).language(name, caller);
  const answer = await askRole(
    { language },
    {
      role,
      model,
      caller: roleCaller(tools, context, { purpose: role, incidental: [fence] }),
      schema: question.schema,
      instructions: question.instructions,
      prompt: text,
      mostOutputTokens: models.mostOutputTokens,
      signal: context.signal,
    },
  );
  const { costMicroUsd } = answer;
  if (answer.kind === 'answered') return { value: redacted(answer.value, tools.redact), model: configured, warnings: [], costMicroUsd };
  return { value: undefined, model: configured, warnings: [tools.redact(unusableNote(question.what, answer.reason)).text], costMicroUsd };
}

function unusableNote(what: string, reason: string): string {
  return `The model's ${what} was not usable (${reason}): rules instead.`;
}
