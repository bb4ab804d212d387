import type { IncomingMessage } from 'node:http';
import { localServer } from './stand.ts';
import type { LocalServer } from './stand.ts';

export interface Provider extends LocalServer {
  readonly seen: ReadonlyArray<{
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }>;
  /** Resolves when a program has left a stream in the middle. */
  readonly left: Promise<void>;
  /** Lets the stream that was opened last go on by one event; it begins with one, and has three. */
  next(): void;
}

/** What a model says that has nothing to say, in the words of its protocol. */
export const said = JSON.stringify({
  type: 'message',
  content: [{ type: 'text', text: 'Hello.' }],
  usage: { input_tokens: 5, output_tokens: 2 },
});

/** A scripted provider of models: one answer for each name of a model, over real HTTP. */
export async function provider(): Promise<Provider> {
  const seen: Provider['seen'][number][] = [];
  let next = (): void => {};
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  const server = await localServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      switch (/"model":"(\w+)"/.exec(body)?.[1]) {
        case undefined:
        case 'm':
          response.setHeader('content-type', 'application/json');
          response.setHeader('set-cookie', ['session=of-the-provider', 'second=1']);
          response.setHeader('alt-svc', 'h2="evil.test:443"');
          return response.end(said);
        case 'stream': {
          let sent = 0;
          response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
          response.once('close', () => {
            if (!response.writableFinished) leave();
          });
          next = () => {
            sent += 1;
            response.write(`data: ${sent}\n\n`);
            if (sent === 3) response.end();
          };
          return next();
        }
        case 'limited':
          response.writeHead(429, { 'retry-after': '90' });
          return response.end('{"type":"error"}');
        case 'moved':
          response.writeHead(302, { location: 'http://169.254.169.254/' });
          return response.end();
        case 'early':
          response.writeHead(413, { connection: 'close' });
          return response.end('too large');
        case 'broken':
          response.write('half');
          return void response.write(' an answer', () => request.socket.resetAndDestroy());
        default:
          response.statusCode = 404;
          return response.end('not scripted');
      }
    });
  });
  return { ...server, seen, left, next: () => next() };
}
