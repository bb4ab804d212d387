import type { AssistantModelMessage, ModelMessage, ToolModelMessage } from 'ai';
import { cutMiddle } from './text.ts';

/** A call that a model made, as it was read. */
export interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  /** Why its input could not be taken; it is empty then. */
  readonly problem?: string;
}

/** Of an answer: more than these are not carried out, and longer texts are not kept. */
export const answerLimits = { calls: 32, textCharacters: 40_000, inputCharacters: 1_500_000, resultCharacters: 80_000 } as const;

/** What is kept of an old result or input when room is needed, in characters. */
const stub = 400;
/** Messages at the end that are left as they are. */
const keptMessages = 6;

/** What model and tools have said to each other so far. */
export interface Conversation {
  messages(): ModelMessage[];
  /**
   * Takes up an answer.
   *
   * @param unreadable by their place among its calls: inputs that are no JSON.
   * @returns the calls to carry out, and how many were left out.
   */
  answered(message: AssistantModelMessage, unreadable: ReadonlySet<number>): { readonly calls: readonly Call[]; readonly leftOut: number };
  results(results: ReadonlyArray<{ readonly call: Call; readonly text: string }>): void;
  say(text: string): void;
  /** Of all texts and inputs. */
  characters(): number;
  /** Shortens the oldest results and inputs until no more than `most` characters are left, or nothing can be shortened. @returns how many were. */
  shorten(most: number): number;
}

/** @param first what the model is told at the beginning; never shortened. */
export function startConversation(first: string): Conversation {
  const messages: ModelMessage[] = [{ role: 'user', content: first }];
  let calls = 0;
  return {
    messages: () => messages,
    answered(message, unreadable) {
      const parts = typeof message.content === 'string' ? [{ type: 'text' as const, text: message.content }] : message.content;
      const made: Call[] = [];
      let leftOut = 0;
      const content: typeof parts = [];
      for (const part of parts) {
        if (part.type === 'text') content.push({ ...part, text: cutMiddle(part.text, answerLimits.textCharacters) });
        else if (part.type !== 'tool-call') content.push(part);
        else if (made.length === answerLimits.calls) leftOut += 1;
        else {
          // Ids of our own: those of providers may be missing, double, or different each time.
          const call = { id: `call_${(calls += 1)}`, name: nameOf(part.toolName), ...inputOf(part.input, unreadable.has(made.length)) };
          made.push(call);
          content.push({ ...part, toolCallId: call.id, toolName: call.name, input: call.input });
        }
      }
      messages.push({ role: 'assistant', content });
      return { calls: made, leftOut };
    },
    results(results) {
      const content = results.map(({ call, text }) => ({
        type: 'tool-result' as const,
        toolCallId: call.id,
        toolName: call.name,
        output: { type: 'text' as const, value: cutMiddle(text, answerLimits.resultCharacters) },
      }));
      messages.push({ role: 'tool', content });
    },
    say: (text) => void messages.push({ role: 'user', content: text }),
    characters: () => messages.reduce((sum, message) => sum + lengthOf(message), 0),
    shorten(most) {
      let over = messages.reduce((sum, message) => sum + lengthOf(message), 0) - most;
      let shortened = 0;
      for (const [index, message] of messages.entries()) {
        if (over <= 0 || index >= messages.length - keptMessages) break;
        const shorter = index === 0 ? message : shortenMessage(message);
        const saved = lengthOf(message) - lengthOf(shorter);
        if (saved <= 0) continue;
        messages[index] = shorter;
        over -= saved;
        shortened += 1;
      }
      return shortened;
    },
  };
}

function lengthOf({ content }: ModelMessage): number {
  return typeof content === 'string' ? content.length : JSON.stringify(content).length;
}

function shortenMessage(message: ModelMessage): ModelMessage {
  if (message.role === 'tool') return { ...message, content: message.content.map(shortenResult) };
  if (message.role !== 'assistant' || typeof message.content === 'string') return message;
  const content = message.content.map((part) => (part.type === 'tool-call' ? { ...part, input: shortenInput(part.input) } : part));
  return { ...message, content };
}

function shortenResult(part: ToolModelMessage['content'][number]): ToolModelMessage['content'][number] {
  if (part.type !== 'tool-result' || part.output.type !== 'text') return part;
  return { ...part, output: { ...part.output, value: shortenText(part.output.value) } };
}

function shortenInput(input: unknown): unknown {
  const entries = Object.entries(input as object);
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'string' ? shortenText(value) : value]));
}

function shortenText(text: string): string {
  if (text.length <= 2 * stub) return text;
  return `${text.slice(0, stub)}\n[${text.length - stub} characters left out to save room; ask for them again where you need them]`;
}

/** Providers refuse a conversation that holds other names, even where a model made them up. */
function nameOf(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_').slice(0, 64) || 'unknown';
}

/** Providers take objects alone. */
function inputOf(input: unknown, isUnreadable: boolean): Pick<Call, 'input' | 'problem'> {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  if (isUnreadable || !isObject) return { input: {}, problem: 'its input is no JSON object, or was cut off' };
  const { length } = JSON.stringify(input);
  if (length <= answerLimits.inputCharacters) return { input };
  return { input: {}, problem: `its input is ${length} characters long, more than the ${answerLimits.inputCharacters} that are taken` };
}
