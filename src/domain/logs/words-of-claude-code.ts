import { z } from 'zod';
import { indented, linesOf, text } from './read-json.ts';

const parts = z.array(z.unknown()).catch([]);
const said = z.object({ type: z.literal('text'), text: z.string() });
const thought = z.object({ type: z.literal('thinking'), thinking: z.string() });
const asked = z.object({ type: z.literal('tool_use'), name: z.string(), input: z.record(z.string(), z.unknown()).catch({}) });
const answered = z.object({ type: z.literal('tool_result'), is_error: z.boolean().catch(false), content: z.unknown() });

const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('system'), subtype: z.string(), session_id: z.string(), model: text, message: text, error: text }),
  z.object({ type: z.literal('assistant'), session_id: z.string(), message: z.object({ content: parts }) }),
  z.object({ type: z.literal('user'), session_id: z.string(), message: z.object({ content: parts }) }),
  z.object({
    type: z.literal('result'),
    session_id: z.string(),
    subtype: z.string(),
    result: text,
    is_error: z.boolean().catch(false),
    errors: z.array(z.string()).catch([]),
    num_turns: z.number().catch(0),
    total_cost_usd: z.number().catch(0),
  }),
]);

/** A line of `--output-format stream-json` of Claude Code. @returns undefined for what is none. */
export function wordsOfClaudeCode(object: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const told = line.safeParse(object).data;
  if (told === undefined) return undefined;
  switch (told.type) {
    case 'system':
      return wordsOfNews(told);
    case 'assistant':
    case 'user':
      return told.message.content.flatMap(wordsOfPart);
    case 'result': {
      const end = told.is_error ? [told.result, ...told.errors].flatMap((why) => linesOf(why)) : [];
      return [
        `= ${told.is_error && told.subtype === 'success' ? 'failed' : told.subtype}: turns ${told.num_turns}, ${told.total_cost_usd.toFixed(4)} USD`,
        ...end.map((why) => `! ${why}`),
      ];
    }
  }
}

function wordsOfNews({ subtype, model, message, error }: Extract<z.infer<typeof line>, { type: 'system' }>): readonly string[] {
  switch (subtype) {
    case 'init':
      return [`Claude Code begins${model === '' ? '' : ` with ${model}`}`];
    case 'api_retry':
      return [`! its model could not be asked: ${error}; it tries again`];
    case 'permission_denied':
      return [`! not allowed: ${message}`];
    default:
      return [];
  }
}

function wordsOfPart(part: unknown): readonly string[] {
  const words = said.safeParse(part).data;
  if (words !== undefined) return linesOf(words.text);
  const thinking = thought.safeParse(part).data;
  if (thinking !== undefined) return linesOf(thinking.thinking).map((each) => `~ ${each}`);
  const call = asked.safeParse(part).data;
  if (call !== undefined) return [`> ${call.name} ${subjectOf(call.input)}`.trimEnd()];
  const answer = answered.safeParse(part).data;
  if (answer === undefined) return [];
  const content = contentOf(answer.content);
  return answer.is_error ? indented(content).map((each) => each.replace(/^ {2}/, '! ')) : indented(content);
}

/** What of an input tells most; else all of it. */
function subjectOf(input: Readonly<Record<string, unknown>>): string {
  const keys = ['command', 'file_path', 'notebook_path', 'pattern', 'url', 'query', 'skill', 'description', 'path'];
  const value = keys.map((key) => input[key]).find((one) => typeof one === 'string');
  return (typeof value === 'string' ? value : JSON.stringify(input)).replaceAll(/\s+/g, ' ');
}

function contentOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => said.safeParse(part).data?.text ?? '').join('\n') : '';
}
