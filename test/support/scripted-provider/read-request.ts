import type { IncomingMessage } from 'node:http';
import type { SpokenProtocol } from './protocols/protocol.ts';
import type { Route } from './route.ts';
import type { ScriptedMessage, ScriptedRequest } from './script.ts';

interface Arrived {
  readonly request: IncomingMessage;
  readonly route: Extract<Route, { kind: 'call' }>;
  readonly spoken: SpokenProtocol;
  readonly url: URL;
  readonly rawBody: Buffer;
}

/** @returns undefined where the body is no JSON. */
export function readRequest({ request, route, spoken, url, rawBody }: Arrived): ScriptedRequest | undefined {
  let body: unknown;
  try {
    body = JSON.parse(rawBody.toString());
  } catch {
    return undefined;
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const read = spoken.read(body);
  return {
    protocol: route.protocol,
    ...read,
    tools: read.tools.map(({ name }) => name),
    toolSchemas: Object.fromEntries(read.tools.map(({ name, schema }) => [name, schema])),
    ...(route.google === undefined ? {} : { model: route.google.model, isStreamed: route.google.delivery !== 'whole' }),
    text: [read.system, ...read.messages.map(({ text }) => text)].join('\n'),
    toolResults: lastToolResults(read.messages),
    turnIndex: read.messages.filter(({ role }) => role === 'assistant').length,
    credential: spoken.readsCredential(headers, url.searchParams),
    path: request.url ?? '',
    headers,
    body,
    rawBody,
  };
}

function lastToolResults(messages: readonly ScriptedMessage[]): readonly string[] {
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
  return since.filter(({ role }) => role === 'tool').map(({ text }) => text);
}
