import type { Call } from './call.ts';

/**
 * A stream of Chat Completions tells what it cost only where that is asked for, and programs seldom do. We ask in their place, and take the event
 * that tells it out again: it has no choice in it, which programs that did not ask for it need not expect.
 */
export interface AskedForUsage {
  /** The body with the wish in it; otherwise as it was. */
  readonly body: Uint8Array;
  /** The next bytes of the answer. @returns those to hand on, in whole events. */
  pass(this: void, piece: Uint8Array): Uint8Array;
  /** What is left at the end. */
  rest(this: void): Uint8Array;
}

/**
 * @param body what is sent otherwise.
 * @returns undefined where nothing is to be asked for: other protocols, whoever asks by himself, and what costs nothing.
 */
export function askForUsage({ request, protocol, model }: Call, body: Uint8Array = request.body): AskedForUsage | undefined {
  if (protocol !== 'openai-chat' || request.delivery !== 'streamed' || model?.read.isStreamed !== true) return undefined;
  if (model.price.most(1_000_000, 1_000_000) === 0) return undefined;
  const text = Buffer.from(body).toString();
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || 'stream_options' in parsed) return undefined;
  const wish = Buffer.from(text.replace('{', '{"stream_options":{"include_usage":true},'));
  return { body: wish, ...withoutUsageEvent() };
}

/** Events (bytes) that are longer are handed on in parts, unread. */
const longestEvent = 1024 ** 2;

function withoutUsageEvent(): Pick<AskedForUsage, 'pass' | 'rest'> {
  // One character for each byte: what is handed on is what came.
  let held = '';
  return {
    pass(piece) {
      held += Buffer.from(piece).toString('latin1');
      const events = held.split(/(?<=\r?\n\r?\n)/);
      held = /\r?\n\r?\n$/.test(held) ? '' : (events.pop() ?? '');
      if (held.length > longestEvent) {
        events.push(held);
        held = '';
      }
      return Buffer.from(events.filter((event) => !isUsageEvent(event)).join(''), 'latin1');
    },
    rest: () => Buffer.from(isUsageEvent(held) ? '' : held, 'latin1'),
  };
}

function isUsageEvent(event: string): boolean {
  return /"choices"\s*:\s*\[\s*\]/.test(event) && /"usage"\s*:\s*\{/.test(event);
}
