import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isSignedWith } from './s3-signature.ts';
import { temporaryFolder } from './temporary.ts';

/** What goes wrong with one request: nobody answers, another answer comes, or half of the right one. */
export type S3Fault =
  | 'drop'
  | 'half-answer'
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export interface S3Server extends AsyncDisposable {
  readonly endpoint: string;
  /** There from the beginning. */
  readonly bucket: string;
  /** The environment of somebody who may use it. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where it keeps the objects of the bucket. */
  readonly folder: string;
  /**
   * The same server behind one that wants every request to be signed and every body to be what the signature says, as real ones do, and with
   * something that goes wrong on the way; `requests` so far.
   */
  through(
    fault: (request: string) => S3Fault | undefined,
  ): Promise<{ readonly endpoint: string; readonly requests: readonly string[] } & AsyncDisposable>;
}

const secret = 'S3RVER';
const program = fileURLToPath(new URL('s3-server-program.mjs', import.meta.url));

/** An object store that speaks S3 over HTTP, a process of its own with its own folder. */
export async function s3Server(bucket = 'artifacts'): Promise<S3Server> {
  const folder = await temporaryFolder('s3-');
  const child = spawn(process.execPath, [program, folder.path, bucket], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const endpoint = `http://127.0.0.1:${line}`;
  return {
    endpoint,
    bucket,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: secret },
    folder: `${folder.path}/${bucket}`,
    through: async (fault) => await proxy(endpoint, secret, fault),
    async [Symbol.asyncDispose]() {
      const gone = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await gone;
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function proxy(endpoint: string, secretAccessKey: string, fault: (request: string) => S3Fault | undefined) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = `${request.method ?? ''} ${request.url ?? ''}`;
    requests.push(name);
    const wrong = fault(name);
    if (wrong === 'drop') return void request.socket.destroy();
    if (typeof wrong === 'object') {
      request.resume();
      return void response.writeHead(wrong.status, wrong.headers).end(wrong.body);
    }
    if (!isSignedWith(request, secretAccessKey)) {
      request.resume();
      return void response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
    }
    const hash = createHash('sha256');
    request.on('data', (part: Buffer) => hash.update(part));
    // The host is signed: it stays the one that the client meant.
    const passed = send(new URL(request.url ?? '', endpoint), { method: request.method, headers: request.headers }, (answer) => {
      if (hash.digest('hex') !== request.headers['x-amz-content-sha256']) {
        answer.resume();
        return void response.writeHead(400).end('<Error><Code>XAmzContentSHA256Mismatch</Code></Error>');
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      if (wrong === undefined) return void answer.pipe(response);
      answer.once('data', (part: Buffer) => response.write(part.subarray(0, Math.ceil(part.length / 2)), () => request.socket.destroy()));
    });
    passed.on('error', () => request.socket.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
