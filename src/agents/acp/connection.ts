import { PROTOCOL_VERSION, RequestError, client, methods } from '@agentclientprotocol/sdk';
import type { RequestPermissionResponse } from '@agentclientprotocol/sdk';
import type { z } from 'zod';
import type { Conversation } from '../../ports/process.ts';
import { initializeAnswer } from './answers.ts';
import { messagesOf } from './messages.ts';
import { permissionRequest } from './permissions.ts';
import type { PermissionRequest } from './permissions.ts';
import type { AcpProgram } from './program.ts';
import { answeredWithError, failed } from './stopped.ts';

export interface ConnectionHandlers {
  /** The parameters of each `session/update`, as they came. */
  readonly onUpdate: (params: unknown) => void;
  /** @param over aborts when the program no longer waits. */
  readonly onPermission: (request: PermissionRequest, over: AbortSignal) => Promise<RequestPermissionResponse>;
  /** How long a program may think about what needs no model, in ms. */
  readonly answerMs: number;
}

/** One program at the other end of the protocol. */
export interface Connection extends Disposable {
  /**
   * Asks something that is answered soon.
   * @throws Stopped when the answer is an error, is none that can be read, or does not come.
   * @throws Error when the connection breaks.
   */
  ask<Answer>(method: string, params: unknown, answer: z.ZodType<Answer>): Promise<Answer>;
  /** The same for what may take as long as the world. */
  askAtLength<Answer>(method: string, params: unknown, answer: z.ZodType<Answer>): Promise<Answer>;
  notify(method: string, params: unknown): Promise<void>;
}

export type Abilities = z.infer<typeof initializeAnswer>;

/**
 * Speaks with a program as a client of the protocol.
 *
 * Files and terminals are not offered: what a program reads, writes and runs, it does by itself, inside of the walls. Through us it would
 * reach out of them, with our rights. What it asks for all the same, and whatever else we do not know, is refused by the library.
 */
export function openConnection(conversation: Conversation, handlers: ConnectionHandlers): Connection {
  const over = new AbortController();
  const connection = client({ name: 'miyabi' })
    .onRequest(methods.client.session.requestPermission, permissionRequest, async ({ params, signal }) => {
      return await handlers.onPermission(params, AbortSignal.any([signal, over.signal]));
    })
    .connect(messagesOf(conversation, handlers.onUpdate));

  async function askAtLength<Answer>(method: string, params: unknown, schema: z.ZodType<Answer>): Promise<Answer> {
    const answer = await connection.agent.request(method, params).catch((error: unknown) => {
      throw error instanceof RequestError ? answeredWithError(method, error) : error;
    });
    const read = schema.safeParse(answer);
    if (read.success) return read.data;
    throw failed(
      'bad-answer',
      `It answered ${method} with something that the protocol does not know: ${JSON.stringify(answer).slice(0, 300)}`,
    );
  }

  return {
    askAtLength,
    async ask(method, params, schema) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const seconds = handlers.answerMs / 1_000;
      const timer = setTimeout(() => reject(failed('bad-answer', `It did not answer ${method} within ${seconds} s.`)), handlers.answerMs);
      try {
        return await Promise.race([askAtLength(method, params, schema), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    notify: async (method, params) => await connection.agent.notify(method, params),
    [Symbol.dispose]() {
      over.abort();
      connection.close();
    },
  };
}

/**
 * The first words of every talk.
 * @throws Stopped also when the program speaks another version of the protocol.
 */
export async function initialize(connection: Connection, { clientMeta }: Pick<AcpProgram, 'clientMeta'>): Promise<Abilities> {
  const meta = clientMeta === undefined ? {} : { _meta: clientMeta };
  const abilities = await connection.ask(
    methods.agent.initialize,
    {
      protocolVersion: PROTOCOL_VERSION,
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false, ...meta },
      clientInfo: { name: 'miyabi', title: 'Miyabi', version: '0' },
    },
    initializeAnswer,
  );
  const { protocolVersion } = abilities;
  if (protocolVersion === PROTOCOL_VERSION) return abilities;
  const fault = protocolVersion < PROTOCOL_VERSION ? 'too-old' : 'other';
  throw failed(fault, `It speaks version ${protocolVersion} of the Agent Client Protocol, and Miyabi speaks ${PROTOCOL_VERSION}.`);
}
