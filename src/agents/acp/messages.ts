import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { z } from 'zod';
import type { Conversation } from '../../ports/process.ts';

/** The longest message that is read, in bytes. */
const longestMessage = 32 * 1024 * 1024;
/** Requests of the program that are answered; one that asks for more has lost its way. */
const mostRequests = 10_000;

const identifier = z.union([z.string(), z.number(), z.null()]);
const envelope = z.looseObject({ jsonrpc: z.literal('2.0'), id: identifier.optional(), method: z.string().optional() });
type Envelope = z.infer<typeof envelope>;

/**
 * The messages of a talk with a program, one JSON object a line.
 *
 * What is none (programs print banners and warnings between their messages) and answers to what was never asked are passed over: they
 * are in the log, and an answer to them would confuse more than it helps. Updates of a session come by `onUpdate`, in the order in which
 * they stand between the other messages; other notifications are dropped.
 *
 * The readable side fails when a message is longer than 32 MiB, or when the program asks for too much.
 */
export function messagesOf({ input, output }: Conversation, onUpdate: (params: unknown) => void): Stream {
  const asked = new Set<unknown>();
  const writer = input.getWriter();
  const encoder = new TextEncoder();
  const writable = new WritableStream<AnyMessage>({
    async write(message) {
      if ('method' in message && 'id' in message) asked.add(message.id);
      await writer.write(encoder.encode(`${JSON.stringify(message)}\n`));
    },
  });
  let requests = 0;

  function isForUs(message: Envelope): boolean {
    if (message.method === undefined) return asked.delete(message.id);
    if (message.id !== undefined) {
      requests += 1;
      if (requests > mostRequests) throw new Error(`It has asked for something more than ${mostRequests.toLocaleString('en')} times.`);
      return true;
    }
    if (message.method === 'session/update') onUpdate(message['params']);
    return message.method === '$/cancel_request';
  }

  async function* messages(): AsyncGenerator<AnyMessage> {
    for await (const line of linesOf(output)) {
      const message = readMessage(line);
      if (message !== undefined && isForUs(message)) yield message as unknown as AnyMessage;
    }
  }
  return { writable, readable: ReadableStream.from(messages()) as ReadableStream<AnyMessage> };
}

async function* linesOf(output: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  const take = (last: Uint8Array): string => {
    const line = Buffer.concat([...pieces, last]).toString('utf8');
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of output) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      yield take(chunk.subarray(from, at));
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    if (length > longestMessage) throw new Error(`It has sent a message of more than ${longestMessage / 1024 / 1024} MiB.`);
    if (rest.length > 0) pieces.push(rest);
  }
  if (length > 0) yield take(new Uint8Array());
}

function readMessage(line: string): Envelope | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return envelope.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
