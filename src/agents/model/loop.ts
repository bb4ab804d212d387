import type { AgentReport } from '../../ports/agent.ts';
import type { Asking, ModelAnswer } from './ask-model.ts';
import { askModel } from './ask-model.ts';
import { watchBounds } from './bounds.ts';
import { withoutFolders } from './context.ts';
import { answerLimits, startConversation } from './conversation.ts';
import type { Call, Conversation } from './conversation.ts';
import { isTooLong } from './faults.ts';
import { watchForLoops } from './stuck.ts';
import type { StuckWatch } from './stuck.ts';
import { cut, line, readable } from './text.ts';
import type { Tool, ToolResult, ToolSetting } from './tools/tool.ts';
import { failure } from './tools/ask-file-program.ts';

export interface LoopSetting extends ToolSetting {
  readonly asking: Asking;
  /** What the model is told at the beginning. */
  readonly first: string;
  /** What the model reads at most, in tokens. */
  readonly windowTokens: number;
  /** Keeps what people may want to read later. */
  readonly log: (text: string) => void;
}

type End = Extract<AgentReport['end'], { readonly kind: 'finished' | 'limit' | 'failed' }>;
type Ended = { readonly end: End; readonly summary: string };

/** Answers with nothing in them, or cut off by their length, in a row. */
const mostWithout = 2;
/** Of the model's window: from here on room is made, down to there. */
const room = { full: 0.7, after: 0.4 } as const;
/** A little more than a token has in code, so that what is estimated is rather too much. */
const charactersPerToken = 3;
const mostTokensPerCharacter = 4;
/** More than there can be besides: the descriptions of tools, and what a model thinks before it answers. */
const besidesTokens = 150_000;

/**
 * The loop: the model is asked, what it calls is carried out, the results go back to it, until it answers without a call or a bound is reached.
 *
 * @throws what a call of the model came to, where that was no answer; the signal's reason when it aborts.
 */
export async function runLoop(setting: LoopSetting): Promise<Ended> {
  const { task, asking, signal } = setting;
  const conversation = startConversation(setting.first);
  const stuck = watchForLoops(task.bounds.sameErrors);
  const bounds = watchBounds(task.bounds, task.timeoutMs);
  let tokens = 0;
  let without = 0;
  let said = '';
  for (let turns = 0; ;) {
    const reached = bounds.reached({ turns, tokens, leftMs: setting.leftMs() });
    if (reached !== undefined) return { end: { kind: 'limit', ...reached }, summary: said };
    turns += 1;
    const answer = await ask(setting, conversation);
    tokens += tokensOf(setting, answer, conversation);
    said = tell(setting, answer.text) || said;
    const { calls, leftOut } =
      answer.message === undefined ? { calls: [], leftOut: 0 } : conversation.answered(answer.message, answer.unreadable);
    if (answer.finish === 'refused')
      return { end: { kind: 'failed', fault: 'bad-answer', reason: 'the model refused to answer' }, summary: said };
    if (calls.length === 0) {
      if (answer.finish === 'done' && answer.text !== '') return { end: { kind: 'finished' }, summary: answer.text };
      without += 1;
      const what = answer.finish === 'cut' ? 'cut off by the limit of its length' : 'empty';
      if (without > mostWithout) {
        return { end: { kind: 'failed', fault: 'bad-answer', reason: `${without} answers in a row were ${what}` }, summary: said };
      }
      conversation.say(`Your answer was ${what}. Go on where you were${answer.finish === 'cut' ? ', in smaller pieces' : ''}.`);
      continue;
    }
    without = 0;
    const end = await carryOut(setting, conversation, stuck, { calls, leftOut });
    signal.throwIfAborted();
    if (end !== undefined) return { end: { kind: 'limit', limit: 'loop', reason: end }, summary: said };
    const remark = bounds.remark({ turns, tokens, leftMs: setting.leftMs() });
    if (remark !== undefined) conversation.say(remark);
    makeRoom(setting, conversation, asking.system.length);
  }
}

/** Asks once more with less where the provider finds it too long. */
async function ask({ task, asking, signal }: LoopSetting, conversation: Conversation): Promise<ModelAnswer> {
  for (;;) {
    try {
      return await askModel(asking, conversation.messages(), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isTooLong(error) || conversation.shorten(conversation.characters() / 2) === 0) throw error;
      task.onEvent({ type: 'said', text: 'The conversation is too long for the model: what is oldest in it is shortened.' });
    }
  }
}

/** Before the provider finds it too long. */
function makeRoom({ task, windowTokens }: LoopSetting, conversation: Conversation, besides: number): void {
  const characters = windowTokens * charactersPerToken;
  if (conversation.characters() + besides < characters * room.full) return;
  const shortened = conversation.shorten(characters * room.after - besides);
  if (shortened > 0)
    task.onEvent({ type: 'said', text: `The conversation grows long: the ${shortened} oldest results in it are shortened.` });
}

interface Turn {
  readonly calls: readonly Call[];
  /** Calls beyond the most that are carried out. */
  readonly leftOut: number;
}

/** Carries out the calls of an answer, one after the other. @returns why nothing will come of it, where that is so. */
async function carryOut(setting: LoopSetting, conversation: Conversation, stuck: StuckWatch, turn: Turn): Promise<string | undefined> {
  const results: Array<{ call: Call; text: string }> = [];
  for (const call of turn.calls) {
    const before = stuck.called(call.name, call.problem ?? call.input);
    if (before.kind === 'end') return before.reason;
    const result = await carryOutOne(setting, call);
    if (setting.signal.aborted) return undefined;
    const after = stuck.answered(result);
    if (after.kind === 'end') return after.reason;
    const remarks = [before, after].flatMap((advice) => (advice.kind === 'remark' ? [`[${advice.text}]`] : []));
    results.push({ call, text: [result.text, ...remarks].join('\n') });
  }
  const last = results.at(-1)!;
  const advice = stuck.turned();
  if (advice.kind === 'end') return advice.reason;
  if (advice.kind === 'remark') last.text += `\n[${advice.text}]`;
  if (turn.leftOut > 0) last.text += `\n[${turn.leftOut} more calls were left out: at most ${answerLimits.calls} are carried out at once.]`;
  conversation.results(results);
  return undefined;
}

async function carryOutOne(setting: LoopSetting, call: Call): Promise<ToolResult> {
  const { task, asking, log } = setting;
  const tool = asking.tools.find(({ name }) => name === call.name);
  const input = tool?.input.safeParse(call.input);
  const subject = tool !== undefined && input?.success === true ? line(tool.subject(input.data)) : '';
  log(`> ${call.name} ${subject}`);
  const began = performance.now();
  const result = await resultOf(setting, tool, input, call);
  const tookMs = performance.now() - began;
  const text = withoutFolders(task, readable(result.text));
  const why = result.failure === undefined ? undefined : withoutFolders(task, readable(result.failure));
  if (why !== undefined || call.name === 'run') log(text);
  task.onEvent({ type: 'tool', name: call.name, subject, tookMs, ...(why === undefined ? {} : { failure: cut(why, 1_000) }) });
  if (result.denied === true) task.onEvent({ type: 'denied', what: `${call.name} ${line(why ?? '')}` });
  if (result.changed !== undefined) task.onEvent({ type: 'edited', path: line(result.changed, 4_096) });
  return { ...result, text, ...(why === undefined ? {} : { failure: why }) };
}

async function resultOf(
  setting: LoopSetting,
  tool: Tool | undefined,
  input: ReturnType<Tool['input']['safeParse']> | undefined,
  call: Call,
): Promise<ToolResult> {
  const names = setting.asking.tools.map(({ name }) => name).join(', ');
  if (tool === undefined || input === undefined) return failure(`there is no tool ${call.name}; there are: ${names}`);
  if (call.problem !== undefined) return failure(`${call.name}: ${call.problem}`);
  if (!input.success) {
    const wrong = input.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
    return failure(`the input of ${call.name} does not fit: ${wrong.slice(0, 5).join('; ')}`);
  }
  return await tool.use(input.data, setting);
}

/** What was used: about that where the provider does not say, and no more than there can be where it says anything. */
function tokensOf({ asking }: LoopSetting, { usage, text }: ModelAnswer, conversation: Conversation): number {
  const characters = conversation.characters() + asking.system.length + text.length;
  const told = usage.inputTokens + usage.outputTokens;
  if (told <= 0) return Math.ceil(characters / charactersPerToken);
  return Math.min(told, mostTokensPerCharacter * characters + besidesTokens);
}

/** @returns what was said, for people. */
function tell({ task, log }: LoopSetting, text: string): string {
  if (text === '') return '';
  const said = cut(withoutFolders(task, readable(text.slice(0, 20_000))), 4_000);
  log(said);
  task.onEvent({ type: 'said', text: line(said, 500) });
  return said;
}
