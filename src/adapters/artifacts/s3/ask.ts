import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { refusalIn, statusOf, textOf } from './answers.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { isAbsent, isPassing, s3Failure, unreachable } from './s3-failure.ts';
import { send } from './send.ts';

export interface S3Call {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Its SHA-256 is known: it is what the request is signed with. */
  readonly file?: { readonly path: string; readonly digest: string; readonly bytes: number };
}

const emptyDigest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const defaultWaitsMs = [300, 1_500, 4_000, 9_000] as const;

export function waitsOf({ waitsMs }: BucketSettings): readonly number[] {
  return waitsMs ?? defaultWaitsMs;
}

/**
 * Asks until there is an answer that asking again would not change, and reads it with `read`; an answer that breaks off is no answer.
 *
 * @returns undefined when there is no such object.
 * @throws Failure (configuration) for what the server refuses, and when it cannot be reached after all tries.
 */
export async function ask<Result>(
  settings: BucketSettings,
  call: S3Call,
  read: (answer: IncomingMessage) => Promise<Result> | Result,
): Promise<Result | undefined> {
  const waits = waitsOf(settings);
  for (let attempt = 0; ; attempt += 1) {
    const ms = waits[attempt];
    try {
      const answer = await sendSigned(settings, call);
      if (statusOf(answer) < 300) return await read(answer);
      const refusal = refusalIn(answer, await textOf(answer));
      if (isAbsent(refusal)) return undefined;
      if (!isPassing(refusal) || ms === undefined) return await Promise.reject(s3Failure(settings, refusal, Date.now()));
    } catch (error) {
      if (!isConnection(error)) throw error;
      if (ms === undefined) throw unreachable(settings, error);
    }
    await wait((ms ?? 0) * (0.5 + Math.random() / 2));
  }
}

/** An error of the way there or back, and not of what we made of the answer. */
export function isConnection(error: unknown): boolean {
  return error instanceof Error && error.name !== 'Failure';
}

/** By this machine's own time of day, which a server compares with its own: 15 minutes apart are borne. */
async function sendSigned({ endpoint, region, credentials }: BucketSettings, call: S3Call): Promise<IncomingMessage> {
  const { method, path, query = {}, headers, file } = call;
  const url = new URL(path, endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const digest = { 'x-amz-content-sha256': file?.digest ?? emptyDigest };
  const signer = new AwsV4Signer({ ...credentials, url: url.href, method, headers: { ...headers, ...digest }, service: 's3', region });
  const signed = await signer.sign();
  const own = Object.fromEntries([...signed.headers].filter(([name]) => name !== 'host'));
  return await send({ method, url: signed.url, headers: own, ...(file === undefined ? {} : { file }) });
}
