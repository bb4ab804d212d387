import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Whether a request is signed as S3 demands of its clients, with this key: version 4 of the signing process, calculated here from what came over
 * the line and from nothing that the client computed.
 */
export function isSignedWith(request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>, secretAccessKey: string): boolean {
  const { method = '', url = '', headers } = request;
  const form =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([\w-]+)\/s3\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;
  const [, date = '', region = '', names = '', signature] = form.exec(headers.authorization ?? '') ?? [];
  if (signature === undefined || !names.split(';').includes('host') || !names.split(';').includes('x-amz-content-sha256')) return false;
  const [path = '', query = ''] = url.split('?');
  const canonicalQuery = query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => (part.includes('=') ? part : `${part}=`))
    .map((part) => part.replaceAll('+', '%20'))
    .toSorted((one, other) => (one < other ? -1 : 1))
    .join('&');
  const canonicalHeaders = names.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  const canonical = [method, path, canonicalQuery, canonicalHeaders.join(''), names, headers['x-amz-content-sha256']].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer | string>((before, part) => hmac(before, part), `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex') === signature;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
