import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What goes wrong with one request: the connection is dropped, nobody ever answers, the server is overloaded, the work is done and the answer lost, or half of it comes. */
export type GitServerFault = 'drop' | 'hang' | 'busy' | 'lose-answer' | 'half-answer';

export interface GitServer extends AsyncDisposable {
  /** Of the server, without a slash at its end. */
  readonly url: string;
  /** Requests so far, such as `POST /p.git/git-receive-pack` or `GET /p.git/info/refs?service=git-upload-pack`. */
  readonly requests: readonly string[];
  /** Asked for each request; undefined lets it pass. */
  fault: ((request: string) => GitServerFault | undefined) | undefined;
}

/**
 * Real git over HTTP on this machine: `git http-backend` for the repositories of a folder.
 *
 * @param options.authorization the header that it wants to see; without it everybody may read and write.
 */
export async function gitServer(folder: string, options: { readonly authorization?: string } = {}): Promise<GitServer> {
  const requests: string[] = [];
  const state: { fault: GitServer['fault'] } = { fault: undefined };
  const server = createServer((request, response) => {
    const name = `${request.method ?? ''} ${request.url ?? ''}`;
    requests.push(name);
    if (options.authorization !== undefined && request.headers.authorization !== options.authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    void serve(folder, request, response, state.fault?.(name));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get fault() {
      return state.fault;
    },
    set fault(next) {
      state.fault = next;
    },
    [Symbol.asyncDispose]: async () => await close(server),
  };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

async function serve(folder: string, request: IncomingMessage, response: ServerResponse, fault: GitServerFault | undefined): Promise<void> {
  if (fault === 'drop') return void request.socket.destroy();
  if (fault === 'hang') return;
  if (fault === 'busy') return void response.writeHead(503).end();
  const answer = await backend(folder, request);
  if (fault === 'lose-answer') return void request.socket.destroy();
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
  if (fault !== 'half-answer') return void response.end(answer.body);
  response.write(answer.body.subarray(0, Math.ceil(answer.body.length / 2)), () => request.socket.destroy());
}

async function backend(folder: string, request: IncomingMessage) {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const cgi = spawn('git', ['http-backend'], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? '',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'somebody',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(cgi.stdin);
  const printed = await buffer(cgi.stdout);
  const end = printed.indexOf('\r\n\r\n');
  const lines = printed.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const { status = '200', ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: printed.subarray(end + 4) };
}
