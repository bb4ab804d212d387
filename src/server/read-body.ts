import type { IncomingMessage } from 'node:http';

export type ReadBody =
  | { readonly kind: 'body'; readonly body: Buffer }
  | { readonly kind: 'too-large' }
  /** It did not come to its end in time, or its sender has gone. */
  | { readonly kind: 'too-slow' };

/** Reads what a request carries, no more than so many bytes, in no more than so much time (ms). Never throws. */
export async function readBody(request: IncomingMessage, limits: { readonly bytes: number; readonly ms: number }): Promise<ReadBody> {
  if (Number(request.headers['content-length'] ?? 0) > limits.bytes) return { kind: 'too-large' };
  const chunks: Buffer[] = [];
  let length = 0;
  const { promise, resolve } = Promise.withResolvers<ReadBody>();
  const timer = setTimeout(() => resolve({ kind: 'too-slow' }), limits.ms);
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limits.bytes) resolve({ kind: 'too-large' });
    else chunks.push(chunk);
  };
  const end = (): void => resolve({ kind: 'body', body: Buffer.concat(chunks, length) });
  const gone = (): void => resolve({ kind: 'too-slow' });
  request.on('data', take).on('end', end).on('error', gone).on('close', gone);
  const read = await promise;
  clearTimeout(timer);
  request.off('data', take).off('end', end).off('close', gone);
  if (read.kind !== 'body') request.pause();
  return read;
}
