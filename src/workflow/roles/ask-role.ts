import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { visibleText } from '../../domain/visible-text.ts';
import type { ModelName, ModelRole } from '../../domain/model.ts';
import type { MicroUsd } from '../../domain/money.ts';
import type { Caller } from '../../ports/exchange.ts';
import type { Models } from '../../ports/model.ts';
import { readJson } from './read-json.ts';

/** One question to a model, to be answered with data. */
export interface RoleQuestion<Value> {
  readonly role: ModelRole;
  readonly model: ModelName;
  readonly caller: Caller;
  /** What an answer must be. Limits that JSON schema cannot say are refinements; their messages are told to the model. */
  readonly schema: z.ZodType<Value>;
  /** What the model is for, and the rules it keeps; ours alone. */
  readonly instructions: string;
  /** What it is asked about, untrusted texts fenced. */
  readonly prompt: string;
  /** Tokens of one answer at most. */
  readonly mostOutputTokens: number;
  readonly signal: AbortSignal;
}

/** What came of it; in either case with what it has cost. */
export type RoleAnswer<Value> = { readonly costMicroUsd: MicroUsd } & (
  | { readonly kind: 'answered'; readonly value: Value }
  /** `reason`: a sentence without its full stop. */
  | { readonly kind: 'unusable'; readonly reason: string }
);

/** Characters of a faulty answer that are shown to the model again, and of what is wrong with it. */
const mostShown = { answer: 8_000, fault: 2_000, reason: 300 } as const;

/**
 * Asks a model, and once more with what was wrong where its answer does not fit. What a provider refuses, a budget that is used up and an
 * answer that does not fit twice are no errors here: whoever asks goes on by rules.
 *
 * @throws the signal's reason.
 */
export async function askRole<Value>(models: Pick<Models, 'language'>, question: RoleQuestion<Value>): Promise<RoleAnswer<Value>> {
  let costMicroUsd = 0;
  const caller: Caller = {
    ...question.caller,
    onEvent(event) {
      if (event.type === 'answered' && !event.cached) costMicroUsd += event.cost.microUsd;
      question.caller.onEvent(event);
    },
  };
  const answer = await askTwice(models, { ...question, caller });
  return { ...answer, costMicroUsd };
}

type Answered<Value> = { readonly kind: 'answered'; readonly value: Value } | { readonly kind: 'unusable'; readonly reason: string };

async function askTwice<Value>(models: Pick<Models, 'language'>, question: RoleQuestion<Value>): Promise<Answered<Value>> {
  const first = await askOnce(models, question, []);
  if (first.kind !== 'faulty') return first;
  const again = await askOnce(models, question, [
    { role: 'assistant', content: first.text.slice(0, mostShown.answer) || '(nothing)' },
    { role: 'user', content: `That cannot be used: ${first.fault.slice(0, mostShown.fault)}\nAnswer again, with the JSON object alone.` },
  ]);
  return again.kind === 'faulty' ? unusable(again.fault) : again;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

type Attempt<Value> = Answered<Value> | { readonly kind: 'faulty'; readonly text: string; readonly fault: string };

async function askOnce<Value>(
  models: Pick<Models, 'language'>,
  question: RoleQuestion<Value>,
  more: readonly Turn[],
): Promise<Attempt<Value>> {
  const said = await textOf(models, question, more);
  if (said.kind === 'unusable') return said;
  const read = readJson(said.text);
  if (read.kind === 'fault') return { kind: 'faulty', text: said.text, fault: read.reason };
  const fits = question.schema.safeParse(read.value);
  if (fits.success) return { kind: 'answered', value: fits.data };
  return { kind: 'faulty', text: said.text, fault: z.prettifyError(fits.error) };
}

type Said = { readonly kind: 'said'; readonly text: string } | { readonly kind: 'unusable'; readonly reason: string };

async function textOf<Value>(models: Pick<Models, 'language'>, question: RoleQuestion<Value>, more: readonly Turn[]): Promise<Said> {
  const { AISDKError, NoObjectGeneratedError, Output, generateText } = await import('ai');
  const { schema, instructions, prompt, mostOutputTokens, signal } = question;
  const shape = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }));
  try {
    const result = await generateText({
      model: await models.language(question.model, question.caller),
      // Not every server can be held to a schema, so the words say it too.
      instructions: `${instructions}\n\nAnswer with one JSON object and nothing else. Its JSON schema:\n${shape}`,
      messages: [{ role: 'user', content: prompt }, ...more],
      output: Output.object({ schema, name: question.role }),
      maxOutputTokens: mostOutputTokens,
      // All trying again is done where every call to a model goes by.
      maxRetries: 0,
      abortSignal: signal,
    });
    return { kind: 'said', text: result.text };
  } catch (error) {
    signal.throwIfAborted();
    if (NoObjectGeneratedError.isInstance(error) && error.text !== undefined) return { kind: 'said', text: error.text };
    if (error instanceof Failure) return unusable(error.text.what);
    if (AISDKError.isInstance(error)) return unusable(error.message);
    throw error;
  }
}

function unusable(reason: string): { readonly kind: 'unusable'; readonly reason: string } {
  const line = visibleText(reason).text.replaceAll(/\s+/g, ' ').replace(/\.$/, '').trim();
  return { kind: 'unusable', reason: line.length > mostShown.reason ? `${line.slice(0, mostShown.reason - 1)}…` : line };
}
