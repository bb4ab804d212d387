import type { IncomingMessage } from 'node:http';
import type { S3Refusal } from './s3-failure.ts';

/** Most of an answer that is no object's content, in bytes. */
const mostAnswer = 8_000_000;

/** An answer that is read whole. What is longer than any such answer is cut, and then says nothing. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > mostAnswer) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

export function statusOf({ statusCode = 0 }: IncomingMessage): number {
  return statusCode;
}

export function refusalIn(answer: IncomingMessage, text: string): S3Refusal {
  const { headers } = answer;
  const date = Date.parse(headers.date ?? '');
  return {
    status: statusOf(answer),
    code: /^\w{1,80}$/.exec(inside(text, 'Code'))?.[0] ?? '',
    message: unescaped(inside(text, 'Message')),
    serverTime: Number.isNaN(date) ? undefined : date,
    region: /^[\w-]{1,40}$/.exec(String(headers['x-amz-bucket-region'] ?? inside(text, 'Region')))?.[0],
  };
}

/** One page of the names of objects. */
export interface ListPage {
  readonly objects: readonly { readonly key: string; readonly bytes: number }[];
  /** With which the next page is asked for; absent on the last one. */
  readonly next: string | undefined;
}

/** What cannot be understood is left out. */
export function listPage(xml: string): ListPage {
  const objects = xml
    .split('<Contents>')
    .slice(1)
    .map((entry) => ({ key: unescaped(inside(entry, 'Key')), bytes: Number(inside(entry, 'Size')) }))
    .filter(({ key, bytes }) => key !== '' && Number.isSafeInteger(bytes));
  const token = inside(xml, 'IsTruncated') === 'true' ? unescaped(inside(xml, 'NextContinuationToken')) : '';
  return { objects, next: token === '' ? undefined : token };
}

/** The text between the first such pair of tags. */
function inside(xml: string, tag: string): string {
  const start = xml.indexOf(`<${tag}>`);
  const end = start === -1 ? -1 : xml.indexOf(`</${tag}>`, start);
  return end === -1 ? '' : xml.slice(start + tag.length + 2, end);
}

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities[entity] ?? entity);
}
