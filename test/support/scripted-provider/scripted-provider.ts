import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderProtocol } from '../../../src/domain/model.ts';
import { deliver } from './deliver.ts';
import { anthropic } from './protocols/anthropic.ts';
import { google } from './protocols/google.ts';
import { openaiChat } from './protocols/openai-chat.ts';
import { openaiResponses } from './protocols/openai-responses.ts';
import type { SpokenProtocol } from './protocols/protocol.ts';
import { readRequest } from './read-request.ts';
import { routeOf } from './route.ts';
import type { Route } from './route.ts';
import { inOrder, scriptEnded } from './script.ts';
import type { KeyedScript, Script, ScriptedRequest } from './script.ts';

export { inOrder, mentions } from './script.ts';
export type { Answer, KeyedScript, Script, ScriptedCall, ScriptedRequest, Turn } from './script.ts';

export interface ScriptedProviderOptions {
  /** Tried in order; the first that matches decides. */
  readonly scripts?: readonly KeyedScript[];
  /** For whatever no keyed script matches; without it, such a request is refused. */
  readonly script?: Script;
  /** What `/v1/models` tells. */
  readonly models?: readonly string[];
}

/** A model call as it came, and how it ended. */
export interface RecordedRequest extends ScriptedRequest {
  /** `left`: whoever asked went away before the end. `broken`: the script broke it off. */
  readonly ended: Promise<'complete' | 'left' | 'broken'>;
}

export interface ScriptedProvider extends AsyncDisposable {
  /** Model calls, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** `method path` of everything else that was asked: models, counted tokens, what nobody knows. */
  readonly otherRequests: readonly string[];
  /**
   * The address as programs and settings want it: Anthropic's and Google's without their versions, OpenAI's with `/v1`. The AI SDK wants
   * `/v1` for Anthropic and `/v1beta` for Google after it.
   */
  url(protocol: ProviderProtocol): string;
  /** The n-th model call, from 1; waits until it has come. */
  waitForRequest(n: number): Promise<RecordedRequest>;
}

const spoken: Readonly<Record<ProviderProtocol, SpokenProtocol>> = {
  anthropic,
  openai: openaiResponses,
  'openai-chat': openaiChat,
  google,
};

/** A provider of models on 127.0.0.1 that speaks all four protocols and answers by script; it says nothing that was not scripted. */
export async function openScriptedProvider(options: ScriptedProviderOptions = {}): Promise<ScriptedProvider> {
  const script = scriptOf(options);
  const requests: RecordedRequest[] = [];
  const otherRequests: string[] = [];
  const waiting = new Set<() => void>();

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      // A script that threw is a defect of the test: seen in the answer, and not tried again.
      if (response.destroyed) return;
      json(response, 400, { error: { type: 'script_error', message: String(error) } });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const rawBody = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const route = routeOf(method, url);
    if (route.kind !== 'call') {
      otherRequests.push(`${method} ${url.pathname}`);
      return answerOther(route, options.models ?? ['scripted-model'], response);
    }
    const speaks = spoken[route.protocol];
    const read = readRequest({ request, route, spoken: speaks, url, rawBody });
    if (read === undefined) return json(response, 400, { error: { message: 'This is no JSON.' } });

    const left = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<'complete' | 'left' | 'broken'>();
    let isBreaking = false;
    response.once('close', () => {
      left.abort();
      resolve(response.writableFinished ? 'complete' : isBreaking ? 'broken' : 'left');
    });
    requests.push({ ...read, ended });
    const id = String(requests.length);
    for (const look of waiting) look();

    const turn = await script(read);
    if (left.signal.aborted) return;
    isBreaking = turn === 'reset' || (typeof turn === 'object' && 'half' in turn);
    const manner = route.google?.delivery ?? (read.isStreamed ? 'events' : 'whole');
    await deliver(turn, { spoken: speaks, manner, id, model: read.model, request: read.body, response, left: left.signal }).catch(
      (error: unknown) => {
        if (!left.signal.aborted) throw error;
      },
    );
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    requests,
    otherRequests,
    url: (protocol) => (protocol === 'openai' || protocol === 'openai-chat' ? `${base}/v1` : base),
    waitForRequest: async (n) => {
      const { promise, resolve } = Promise.withResolvers<RecordedRequest>();
      const look = (): void => {
        const wanted = requests[n - 1];
        if (wanted === undefined) return;
        waiting.delete(look);
        resolve(wanted);
      };
      waiting.add(look);
      look();
      return await promise;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function scriptOf({ scripts = [], script }: ScriptedProviderOptions): Script {
  const keyed = scripts.map((one) => ({ match: one.match, script: 'script' in one ? one.script : inOrder(one.turns) }));
  return (request) => (keyed.find(({ match }) => match(request))?.script ?? script ?? (() => scriptEnded))(request);
}

/** Lists in the fields of all providers at once, since their addresses are the same. */
function answerOther(route: Route, models: readonly string[], response: ServerResponse): void {
  switch (route.kind) {
    case 'models':
      return json(response, 200, {
        object: 'list',
        data: models.map((id) => ({ id, object: 'model', type: 'model', display_name: id })),
        has_more: false,
        models: models.map((id) => ({ name: `models/${id}`, supportedGenerationMethods: ['generateContent'] })),
      });
    case 'count-tokens':
      return json(response, 200, { input_tokens: 100, totalTokens: 100 });
    default:
      return json(response, 404, { error: { message: 'There is nothing at this path.' } });
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
