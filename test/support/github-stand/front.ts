import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Asked } from './additions.ts';
import { addition } from './additions.ts';
import { verifyJwt } from './app-token.ts';
import { githubContract } from './contract.ts';
import type { FaultOrder } from './faults.ts';
import { answerOf } from './faults.ts';
import type { Answer } from './merging.ts';
import { wholeSeconds } from './whole-seconds.ts';
import type { World } from './world.ts';

/** One request as the front saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly userAgent: string;
  /** Its whole header. */
  readonly authorization: string;
  readonly status: number;
  /** Whether it was answered from what the asker has already. */
  readonly unchanged: boolean;
}

export interface Front extends AsyncDisposable {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Where exchanges were not as GitHub describes them, each once. */
  readonly violations: Set<string>;
  readonly faults: FaultOrder[];
  /** What is asked once it is there. */
  world: World | undefined;
  /** Called before each request is answered. */
  before: () => Promise<void>;
  /** The public key of the App; its tokens are verified by it. */
  publicKey: string | undefined;
}

/** The HTTP server that our client speaks with: faults, then additions, then the emulation; every exchange is held against GitHub's description. */
export async function openFront(): Promise<Front> {
  const front: Omit<Front, 'url' | typeof Symbol.asyncDispose> = {
    requests: [],
    violations: new Set<string>(),
    faults: [],
    world: undefined,
    before: async () => await Promise.resolve(),
    publicKey: undefined,
  };
  const server = createServer((request, response) => {
    answer(front, request, response).catch((error: unknown) => {
      front.violations.add(`the stand failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(front, {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

type Inside = Omit<Front, 'url' | typeof Symbol.asyncDispose>;

async function answer(front: Inside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world } = front;
  if (world === undefined) throw new Error('asked before it stands');
  const body = await bodyOf(request);
  // An Enterprise server has its API at other addresses.
  const target = (request.url ?? '/').replace(/^\/api\/v3(?=\/)/, '').replace(/^\/api\/graphql$/, '/graphql');
  const url = new URL(target, 'http://stand');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  const asked: Asked = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: body.byteLength === 0 ? undefined : JSON.parse(body.toString('utf8')),
    token: (headers['authorization'] ?? '').replace(/^(?:token|bearer) /i, ''),
    headers,
  };
  const see = (status: number, unchanged = false): void => {
    const { method, path } = asked;
    const { 'user-agent': userAgent = '', authorization = '' } = headers;
    front.requests.push({ method, path, query: url.search, userAgent, authorization, status, unchanged });
  };
  const fault = takeFault(front.faults, `${asked.method} ${asked.path}`);
  if (fault?.kind === 'dropped' && fault.after !== true) {
    see(0);
    response.destroy();
    return;
  }
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
  const refusal = fault === undefined ? undefined : answerOf(fault, Date.now());
  if (refusal !== undefined) {
    see(refusal.status);
    send(response, refusal.status, { 'content-type': 'application/json; charset=utf-8', ...refusal.headers }, JSON.stringify(refusal.body));
    return;
  }
  const log = /^\/_logs\/(\d+)$/.exec(asked.path)?.[1];
  if (log !== undefined) {
    if (headers['authorization'] !== undefined) front.violations.add('a credential was sent to where logs lie');
    send(response, 200, { 'content-type': 'text/plain' }, world.jobs.get(Number(log))?.text ?? '');
    return;
  }
  await front.before();
  const problem = strangerOf(world, asked.token, front.publicKey);
  const given = problem ?? (await addition(world, asked)) ?? (await askEmulation(world, target, headers, asked, body));
  await front.before();
  const text = given.body === undefined ? '' : wholeSeconds(JSON.stringify(decorated(world, asked, given)));
  hold(front, asked, given.status, text);
  if (fault?.kind === 'dropped') {
    see(0);
    response.destroy();
    return;
  }
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const unchanged = asked.method === 'GET' && given.status === 200 && headers['if-none-match'] === etag;
  see(unchanged ? 304 : given.status, unchanged);
  const type = text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' };
  const tag = asked.method === 'GET' && given.status === 200 ? { etag } : {};
  send(response, unchanged ? 304 : given.status, { ...given.headers, ...type, ...tag }, unchanged ? '' : text);
}

/** The emulation takes whoever it does not know for somebody. */
function strangerOf({ emulation }: World, token: string, publicKey: string | undefined): Answer | undefined {
  const problem = token.startsWith('eyJ') ? verifyJwt(token, publicKey ?? '') : emulation.tokens.has(token) ? undefined : 'Bad credentials';
  return problem === undefined
    ? undefined
    : { status: 401, body: { message: problem, documentation_url: 'https://docs.github.com/rest', status: '401' } };
}

const kept = ['link', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset', 'x-ratelimit-resource'];

async function askEmulation(
  world: World,
  path: string,
  headers: Readonly<Record<string, string>>,
  asked: Asked,
  body: Buffer,
): Promise<Answer> {
  const passed = Object.fromEntries(
    ['authorization', 'content-type', 'accept'].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  const answered = await world.emulation.ask({ method: asked.method, path, headers: passed, body });
  const text = await answered.text();
  const given = Object.fromEntries(
    kept.flatMap((name) => (answered.headers.get(name) === null ? [] : [[name, answered.headers.get(name) ?? '']])),
  );
  return { status: answered.status, body: text === '' ? undefined : JSON.parse(text), headers: given };
}

/** The emulation does not know whose a check run is. */
function decorated(world: World, asked: Asked, { body }: Answer): unknown {
  const own = (run: { readonly id: number }): object => (world.jobs.has(run.id) ? { ...run, app: actions } : run);
  if (/\/check-runs\/\d+$/.test(asked.path)) return own(body as { readonly id: number });
  if (!/\/commits\/[^/]+\/check-runs$/.test(asked.path)) return body;
  const list = body as { readonly check_runs?: ReadonlyArray<{ readonly id: number }> };
  return { ...list, check_runs: (list.check_runs ?? []).map(own) };
}

const actions = {
  id: 15368,
  slug: 'github-actions',
  node_id: 'MDM6QXBwMTUzNjg=',
  owner: {
    login: 'github',
    id: 9919,
    node_id: 'O_1',
    avatar_url: 'https://github.com',
    gravatar_id: '',
    url: 'https://github.com',
    html_url: 'https://github.com',
    followers_url: 'https://github.com',
    following_url: 'https://github.com',
    gists_url: 'https://github.com',
    starred_url: 'https://github.com',
    subscriptions_url: 'https://github.com',
    organizations_url: 'https://github.com',
    repos_url: 'https://github.com',
    events_url: 'https://github.com',
    received_events_url: 'https://github.com',
    type: 'Organization',
    site_admin: false,
  },
  name: 'GitHub Actions',
  description: '',
  external_url: 'https://help.github.com',
  html_url: 'https://github.com/apps/github-actions',
  created_at: '2018-07-30T09:30:17Z',
  updated_at: '2024-04-10T20:33:16Z',
  permissions: {},
  events: [],
};

function hold(front: Inside, { method, path, body }: Asked, status: number, text: string): void {
  if (path === '/graphql') return;
  const answered: unknown = text === '' ? undefined : JSON.parse(text);
  for (const violation of githubContract().violations({ method, path, body, status, answer: answered })) front.violations.add(violation);
}

function takeFault(faults: FaultOrder[], name: string): FaultOrder['fault'] | undefined {
  const index = faults.findIndex(({ of }) => of === undefined || of.test(name));
  const found = faults[index];
  if (found === undefined) return undefined;
  const left = found.times === undefined ? undefined : found.times - 1;
  if (left === 0) faults.splice(index, 1);
  else if (left !== undefined) faults[index] = { ...found, times: left };
  return found.fault;
}

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, text: string): void {
  response.writeHead(status, headers);
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
