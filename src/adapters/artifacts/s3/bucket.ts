import type { IncomingMessage } from 'node:http';
import { listPage, refusalIn, statusOf, textOf } from './answers.ts';
import type { S3Call } from './ask.ts';
import { ask, waitsOf } from './ask.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { noBucket, s3Failure, unreachable } from './s3-failure.ts';

/** An object that there is. */
export interface S3Object {
  /** Without the prefix of the store. */
  readonly key: string;
  readonly bytes: number;
}

/**
 * The few things that we ask of an object store, by S3's protocol with paths (`endpoint/bucket/key`), which every server knows. Everything throws
 * Failure (configuration): for what the server refuses, and when it cannot be reached after all tries.
 */
export interface Bucket {
  /** Of a file whose SHA-256 is known: the server takes nothing else under its name. */
  put(key: string, file: { readonly path: string; readonly digest: string; readonly bytes: number }): Promise<void>;
  /** Within the server. @returns false when there is no `from`. */
  copy(from: string, to: string): Promise<boolean>;
  /** The pieces of an object, asked for again from where they broke off. @returns undefined when there is none. */
  get(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** All that begins so, by name. */
  list(prefix: string): AsyncIterable<S3Object>;
  delete(key: string): Promise<void>;
}

export function openBucket(settings: BucketSettings): Bucket {
  const pathOf = (key: string): string => `/${settings.bucket}/${settings.prefix}${key}`;
  return {
    async put(key, file) {
      if ((await ask(settings, { method: 'PUT', path: pathOf(key), file }, textOf)) === undefined) throw noBucket(settings);
    },
    async copy(from, to) {
      const call: S3Call = { method: 'PUT', path: pathOf(to), headers: { 'x-amz-copy-source': pathOf(from) } };
      const copied = await ask(settings, call, async (answer) => {
        // A server that takes its time begins with 200 and may still fail.
        const text = await textOf(answer);
        if (text.includes('<Error>')) throw s3Failure(settings, refusalIn(answer, text), Date.now());
        return true;
      });
      return copied === true;
    },
    async get(key) {
      const call: S3Call = { method: 'GET', path: pathOf(key) };
      const first = await ask(settings, call, (answer) => answer);
      return first === undefined ? undefined : pieces(settings, call, first);
    },
    list: (prefix) => list(settings, prefix),
    async delete(key) {
      await ask(settings, { method: 'DELETE', path: pathOf(key) }, textOf);
    },
  };
}

async function* pieces(settings: BucketSettings, call: S3Call, first: IncomingMessage): AsyncIterable<Uint8Array> {
  let answer: IncomingMessage | undefined = first;
  let read = 0;
  for (let tries = waitsOf(settings).length; ; tries -= 1) {
    // It was there when it was first asked for, and may have been collected since: that it is cut short is known by its hash.
    if (answer === undefined) return;
    // A server that knows no ranges begins anew.
    let skip = statusOf(answer) === 206 ? 0 : read;
    const iterator = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    try {
      for (;;) {
        const next = await iterator.next().catch((error: unknown) => ({ error }));
        if ('error' in next) {
          if (tries === 0) throw unreachable(settings, next.error);
          break;
        }
        if (next.done === true) return;
        const piece = next.value.subarray(skip);
        skip -= next.value.byteLength - piece.byteLength;
        read += piece.byteLength;
        if (piece.byteLength > 0) yield piece;
      }
    } finally {
      // Also when nobody wants the rest.
      answer.destroy();
    }
    answer = await ask(settings, { ...call, headers: { range: `bytes=${read}-` } }, (next) => next);
  }
}

async function* list(settings: BucketSettings, prefix: string): AsyncIterable<S3Object> {
  let token: string | undefined;
  do {
    const query = {
      'list-type': '2',
      prefix: `${settings.prefix}${prefix}`,
      ...(token === undefined ? {} : { 'continuation-token': token }),
    };
    const text = await ask(settings, { method: 'GET', path: `/${settings.bucket}`, query }, textOf);
    if (text === undefined) throw noBucket(settings);
    const { objects, next } = listPage(text);
    for (const { key, bytes } of objects) if (key.startsWith(settings.prefix)) yield { key: key.slice(settings.prefix.length), bytes };
    token = next;
  } while (token !== undefined);
}
