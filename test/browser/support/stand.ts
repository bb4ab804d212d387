import { createInterface } from 'node:readline';
import type { ApiScope } from '../../../src/domain/api/scope.ts';
import { endOfCommand, inSentences, miyabi, startMiyabi } from '../../support/miyabi.ts';
import { builtDashboard } from './built-dashboard.ts';

export interface StandOptions {
  readonly cwd: string;
  readonly state: string;
  readonly env?: Readonly<Record<string, string>>;
  /** At the same time; what the machine carries by default. */
  readonly worlds?: number;
}

/** A real service over a real state folder. */
export interface DashboardStand extends AsyncDisposable {
  readonly url: string;
  readonly state: string;
  readonly cwd: string;
  /** By scope. */
  readonly tokens: Readonly<Record<ApiScope, string>>;
  /** Asks the API, below /api/v1. @throws Error for what is refused. */
  readonly ask: (path: string, asked?: { readonly method?: string; readonly body?: unknown }) => Promise<Record<string, unknown>>;
  /** Calls the command line on the same state folder. */
  call(...args: readonly string[]): ReturnType<typeof miyabi>;
  /** Kills the service. */
  stop(): Promise<void>;
  /** Starts one anew at the same address. */
  start(): Promise<void>;
}

const scopes = ['read', 'operate', 'admin'] as const;

/** Starts a service over this state folder; it carries what there is to carry. */
export async function serveDashboard({ cwd, state, env = {}, ...more }: StandOptions): Promise<DashboardStand> {
  const dashboard = await builtDashboard();
  const options = { ...more, cwd, state, env: { ...env, ...(dashboard === undefined ? {} : { MIYABI_DASHBOARD: dashboard }) } };
  const [read, operate, admin] = await Promise.all(scopes.map(async (scope) => await tokenOf(options, scope)));
  const tokens = { read: read!, operate: operate!, admin: admin! };
  let service = await listening(options, 0);
  const { url } = service;
  const stop = async (): Promise<void> => {
    const { running } = service;
    const ended = endOfCommand(running);
    running.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    state,
    cwd,
    tokens,
    async ask(path, { method = 'GET', body } = {}) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${tokens.admin}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return JSON.parse(text) as Record<string, unknown>;
    },
    call: async (...args) => await miyabi(args, options),
    stop,
    start: async () => {
      service = await listening(options, Number(new URL(url).port));
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Whose token has which scope. */
const people: Readonly<Record<ApiScope, string>> = { read: 'alan', operate: 'grace', admin: 'ada' };

/** Where the state folder is used again the name is taken, and its token was shown once. */
async function tokenOf(options: StandOptions, scope: ApiScope): Promise<string> {
  const create = async (name: string) => await miyabi(['token', 'create', name, '--scope', scope], options);
  const first = await create(people[scope]);
  const made = first.code === 0 ? first : await create(`${people[scope]}-${process.pid}-${Math.floor(performance.now() * 1_000)}`);
  if (made.code !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}

async function listening(
  options: StandOptions,
  port: number,
): Promise<{ readonly url: string; readonly running: ReturnType<typeof startMiyabi> }> {
  const worlds = options.worlds === undefined ? [] : ['--worlds', String(options.worlds)];
  const running = startMiyabi(['serve', '--listen', `127.0.0.1:${port}`, '--drain', '0', ...worlds], inSentences(options));
  const said: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: running.stderr })) {
    said.push(line);
    url ??= /^Answers at (http:\S+):/.exec(line)?.[1];
    if (line.startsWith('Takes runs')) break;
  }
  running.stderr.resume();
  if (url === undefined) throw new Error(said.join('\n'));
  return { url, running };
}

/** Waits until a run of the stand is so. */
export async function untilRun(
  { url, tokens, ask }: Pick<DashboardStand, 'url' | 'tokens' | 'ask'>,
  run: string,
  isSo: (run: Readonly<Record<string, unknown>>) => boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const over = new AbortController();
  const headers = { authorization: `Bearer ${tokens.read}` };
  const { body } = await fetch(`${url}/api/v1/events?run=${run}`, { headers, signal: over.signal });
  if (body === null) throw new Error('The service tells of no events.');
  try {
    for (const reader = body.getReader(); ;) {
      const now = await ask(`/runs/${run}`);
      if (isSo(now)) return now;
      if ((await reader.read()).done) throw new Error(`${run} never came to be so: ${JSON.stringify(now)}`);
    }
  } finally {
    over.abort();
  }
}
