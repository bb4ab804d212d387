import { apiRoutes } from '../../src/server/api/api.ts';
import { allRoutes } from '../../src/server/api/routes.ts';
import { listen } from '../../src/server/listen.ts';
import { makeSignInLink } from '../../src/operations/access/sign-in-links.ts';
import { createToken } from '../../src/operations/access/tokens.ts';
import type { ApiScope } from '../../src/domain/api/scope.ts';
import type { OperationTools } from '../../src/operations/tools.ts';

/** What was answered. */
export interface ApiAnswered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface AskOptions {
  readonly method?: string;
  /** Sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
  /** Those that are undefined are left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly token?: string;
}

/** The API over a real socket; its end tells of defects that were met. */
export interface ApiStand extends AsyncDisposable {
  readonly url: string;
  /** By scope. */
  readonly tokens: Readonly<Record<ApiScope, string>>;
  /** A link by which a browser signs in. */
  link(): Promise<string>;
  /** Below /api/v1 where the path does not begin with `//`; with the token that may operate unless another one is given. */
  ask(path: string, options?: AskOptions): Promise<ApiAnswered>;
}

export async function apiStand(tools: OperationTools, options: { readonly names?: readonly string[] } = {}): Promise<ApiStand> {
  const defects: unknown[] = [];
  const routes = apiRoutes({
    tools,
    routes: allRoutes(tools, (error) => defects.push(error)),
    own: { host: '127.0.0.1', names: options.names ?? [] },
    metrics: async () => ({ contentType: 'text/plain', text: 'miyabi_jobs 1\n' }),
    failed: (error) => defects.push(error),
  });
  const listening = await listen({ host: '127.0.0.1', port: 0 }, [routes]);
  const [read, operate, admin] = await Promise.all(
    (['read', 'operate', 'admin'] as const).map(async (scope) => await createToken(tools, { name: `the-${scope}`, scope })),
  );
  const tokens = { read: read!, operate: operate!, admin: admin! };
  return {
    url: listening.url,
    tokens,
    link: async () => await makeSignInLink(tools, listening.url, 'ada'),
    async ask(path, { method = 'GET', body, headers = {}, token = tokens.operate } = {}) {
      const isText = typeof body === 'string' || Buffer.isBuffer(body);
      const all = {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      };
      const answer = await fetch(path.startsWith('//') ? `${listening.url}${path.slice(1)}` : `${listening.url}/api/v1${path}`, {
        method,
        redirect: 'manual',
        headers: Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
        ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: answer.headers,
        body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await listening[Symbol.asyncDispose]();
      if (defects.length > 0) throw new AggregateError(defects, 'The API met what it should not.');
    },
  };
}
