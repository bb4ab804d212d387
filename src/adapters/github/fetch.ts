import { rememberedAnswers } from './remembered-answers.ts';
import type { RememberedAnswers } from './remembered-answers.ts';

/** The largest answer that is read, in bytes: of a hundred issues or comments that are as long as GitHub allows, twice. */
const mostBytes = 32_000_000;
const mostRemembered = 2_000_000;

export interface FetchSettings {
  /** From the start of a request to the end of its answer. */
  readonly timeoutMs: number;
  readonly answers?: RememberedAnswers;
}

/**
 * `fetch` with a time limit over the whole exchange, a limit on what is read, and conditional requests: what GitHub says is unchanged is taken
 * from memory and does not count against the rate limit.
 */
export function githubFetch({ timeoutMs, answers = rememberedAnswers() }: FetchSettings): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    const key =
      (init.method ?? 'GET') === 'GET' ? `${headers.get('authorization') ?? ''} ${headers.get('accept') ?? ''} ${urlOf(input)}` : undefined;
    const known = key === undefined ? undefined : answers.get(key);
    if (known !== undefined) headers.set('if-none-match', known.etag);
    const response = await fetch(input, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) });
    if (response.status === 304 && known !== undefined) {
      await response.body?.cancel();
      return answerOf(
        known.body,
        { status: 200, headers: Object.fromEntries([...known.headers, ...[...response.headers].filter(isFresh)]) },
        response.url,
      );
    }
    const body = await readBounded(response);
    const etag = response.headers.get('etag');
    if (key !== undefined && response.status === 200 && etag !== null && body.byteLength <= mostRemembered) {
      answers.put(key, { etag, headers: [...response.headers].filter((header) => !isFresh(header)), body });
    }
    return answerOf(body, { status: response.status, statusText: response.statusText, headers: response.headers }, response.url);
  };
}

/** What is true of the answer that just came, and not of the one that is remembered. */
function isFresh([name]: readonly [string, string]): boolean {
  return name === 'date' || name.startsWith('x-ratelimit-') || name === 'x-github-request-id';
}

const withoutBody = [101, 204, 205, 304];

/** A response that was made has no address; octokit reads the one it came from after redirects. */
function answerOf(body: Uint8Array, init: ResponseInit, url: string): Response {
  const headers = new Headers(init.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  const made = new Response(withoutBody.includes(init.status ?? 200) ? null : Buffer.from(body), { ...init, headers });
  Object.defineProperty(made, 'url', { value: url });
  return made;
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Error(`the answer is larger than ${mostBytes / 1_000_000} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function urlOf(input: Parameters<typeof fetch>[0]): string {
  if (typeof input === 'string') return input;
  return input instanceof URL ? input.href : input.url;
}
