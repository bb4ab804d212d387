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
  /** Lets an open stream go on by one event. */
  next(): void;
}

/** A scripted provider of models: one answer for each path, over real HTTP. */
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
      switch ((request.url ?? '').split('?')[0]) {
        case '/v1/messages':
          response.setHeader('content-type', 'application/json');
          response.setHeader('set-cookie', ['session=of-the-provider', 'second=1']);
          return response.end(JSON.stringify({ content: [{ type: 'text', text: 'Hello.' }] }));
        case '/v1/stream': {
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
          return;
        }
        case '/v1/limited':
          response.writeHead(429, { 'retry-after': '7' });
          return response.end('{"type":"error"}');
        case '/v1/moved':
          response.writeHead(302, { location: 'http://169.254.169.254/' });
          return response.end();
        case '/v1/early':
          response.writeHead(413, { connection: 'close' });
          return response.end('too large');
        case '/v1/broken':
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
