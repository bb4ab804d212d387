import { createEmulator } from 'emulate';

/** A row of one of the emulation's tables, as far as we read or write it. */
export type Row = { readonly id: number; readonly [field: string]: string | number | boolean | null | undefined };

export interface Rows {
  insert(row: Readonly<Record<string, unknown>>): Row;
  get(id: number): Row | undefined;
  findBy(field: string, value: unknown): Row[];
  update(id: number, change: Readonly<Record<string, unknown>>): Row | undefined;
  delete(id: number): boolean;
  all(): Row[];
}

type TableName =
  | 'users'
  | 'repos'
  | 'collaborators'
  | 'issues'
  | 'pullRequests'
  | 'issueEvents'
  | 'branches'
  | 'branchProtections'
  | 'refs'
  | 'commits'
  | 'checkRuns'
  | 'appInstallations';

/** What happened there, as a webhook would tell it. */
export type Dispatch = (
  event: string,
  action: string | undefined,
  payload: Record<string, unknown>,
  owner: string,
  repo?: string,
) => Promise<void>;

/** The inside of `emulate`: its router and its tables. */
export interface Emulation {
  /** @param path with its query */
  ask(request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Buffer;
  }): Promise<Response>;
  readonly tables: Readonly<Record<TableName, Rows>>;
  readonly tokens: Map<string, { readonly login: string; readonly id: number; readonly scopes: readonly string[] }>;
  close(): Promise<void>;
}

interface Plugin {
  register(app: { fetch(request: Request): Promise<Response> }, store: object, webhooks: { dispatch: Dispatch }, ...rest: unknown[]): void;
}

interface PluginModule {
  readonly githubPlugin: Plugin;
  getGitHubStore(store: object): Emulation['tables'];
}

/** The file of the package that holds its GitHub; the package is pinned, and offers no other way to its tables. */
const pluginFile = new URL('../../../node_modules/emulate/dist/dist-DWLNEG6M.js', import.meta.url).href;

let opening: Promise<unknown> = Promise.resolve();

/** @param baseUrl under which the addresses in its answers lie. @param dispatch is told what happens, in place of its own webhooks. */
export async function startEmulation(request: {
  readonly baseUrl: string;
  readonly seed: object;
  readonly dispatch: Dispatch;
}): Promise<Emulation> {
  const started = opening.then(async () => await start(request));
  opening = started.catch(() => undefined);
  return await started;
}

/** One after the other: what a plugin is given is looked at while it registers. */
async function start({ baseUrl, seed, dispatch }: Parameters<typeof startEmulation>[0]): Promise<Emulation> {
  const plugin = (await import(pluginFile)) as PluginModule;
  const { githubPlugin } = plugin;
  const register = githubPlugin.register.bind(githubPlugin);
  let inside: Omit<Emulation, 'close'> | undefined;
  githubPlugin.register = (app, store, webhooks, ...rest) => {
    register(app, store, webhooks, ...rest);
    webhooks.dispatch = dispatch;
    inside = {
      ask: async ({ method, path, headers, body }) =>
        await app.fetch(
          new Request(`${baseUrl}${path}`, {
            method,
            headers,
            ...(body === undefined || body.byteLength === 0 ? {} : { body: Buffer.from(body) }),
          }),
        ),
      tables: plugin.getGitHubStore(store),
      tokens: rest[1] as Emulation['tokens'],
    };
  };
  try {
    const emulator = await createEmulator({ service: 'github', port: 0, baseUrl, seed: { tokens: {}, github: seed } });
    if (inside === undefined) throw new Error('emulate has not registered its GitHub');
    return { ...inside, close: async () => await emulator.close() };
  } finally {
    githubPlugin.register = register;
  }
}
