import { dirname } from 'node:path';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { Slot } from './slot.ts';

/** The environment Miyabi was started with. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** What the programs of a world learn from us; the names are a promise to agents and to projects. */
export const worldVariables = {
  MIYABI: 'Always 1: the program runs inside a world.',
  MIYABI_RUN: 'The run, as people see it (run_...).',
  MIYABI_TASK: 'The plan task.',
  MIYABI_WORLD: 'The name of the world, such as alpha.',
  MIYABI_TREE: 'The checkout.',
  MIYABI_CONTEXT: 'The folder of the task files, outside the checkout.',
  MIYABI_SLOT: 'A number that no other world has at the same time, from 0.',
  MIYABI_PORT: 'The first of the ports that no other world uses; PORT is the same, because many servers read it.',
  MIYABI_PORTS: 'All of them, such as 20240-20259; each was free when the world was made.',
  MIYABI_DATABASE_SUFFIX: 'To be added to names of databases, queues and the like, such as w12.',
} as const;

export interface WorldEnvironmentRequest {
  readonly host: HostEnvironment;
  /** The Node program of the target project; its folder comes first on the PATH. */
  readonly nodePath: string;
  readonly folder: WorldFolder;
  /** As people see it. */
  readonly run: string;
  readonly task: string;
  readonly world: string;
  /** Absent where nothing of the project's is started that could need ports. */
  readonly slot?: Slot;
}

/**
 * The whole environment of a world's programs: an allow-list of the host's, folders of the world's own, and nothing else. No
 * variable of the npm that may have started us and no secret is on the list. The npm cache is the world's own, in its
 * HOME: what one world writes there, another must not run.
 */
export function worldEnvironment(request: WorldEnvironmentRequest): Readonly<Record<string, string>> {
  const { folder } = request;
  return {
    ...hostPart(request.host, request.nodePath),
    ...rustup(request.host),
    HOME: folder.home,
    TMPDIR: folder.tmp,
    XDG_CACHE_HOME: `${folder.home}/.cache`,
    XDG_CONFIG_HOME: `${folder.home}/.config`,
    XDG_DATA_HOME: `${folder.home}/.local/share`,
    XDG_STATE_HOME: `${folder.home}/.local/state`,
    // A tool that looks for the user's identity or configuration finds none; git itself must not ask anybody.
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    MIYABI: '1',
    MIYABI_RUN: request.run,
    MIYABI_TASK: request.task,
    MIYABI_WORLD: request.world,
    MIYABI_TREE: folder.tree,
    MIYABI_CONTEXT: folder.context,
    ...(request.slot === undefined ? {} : slotPart(request.slot)),
  };
}

/** `cargo` and its like may be stand-ins of rustup, which looks for the real ones in the HOME: the world's has none. */
function rustup(host: HostEnvironment): Readonly<Record<string, string>> {
  const bin = cleanPath(host['PATH'] ?? '').find((folder) => /\/\.cargo\/bin\/?$/.test(folder));
  const home = host['RUSTUP_HOME'] ?? (bin === undefined ? undefined : `${dirname(dirname(bin))}/.rustup`);
  return home === undefined ? {} : { RUSTUP_HOME: home };
}

function slotPart({ number, ports, suffix }: Slot): Readonly<Record<string, string>> {
  const first = String(ports[0]);
  return {
    MIYABI_SLOT: String(number),
    MIYABI_PORT: first,
    MIYABI_PORTS: `${first}-${ports.at(-1)}`,
    MIYABI_DATABASE_SUFFIX: suffix,
    PORT: first,
  };
}

/**
 * Whether code of strangers may run while dependencies are installed: an install script, a command of the project's, a plugin
 * or a configuration file that a package manager executes. In doubt it does.
 */
export type ForeignCode = 'runs' | 'does-not-run';

/** One environment for each kind of installation, so that whoever installs has to say which it is. */
export type InstallEnvironments = Readonly<Record<ForeignCode, Readonly<Record<string, string>>>>;

/**
 * Where no foreign code runs, npm may use the user's own HOME: their registry, their credentials for it and their cache.
 * Anything else is installed with the environment of the world, whose HOME and npm cache are its own: a cache that worlds
 * share could be written by one and executed by another.
 */
export function installEnvironments(request: WorldEnvironmentRequest & { readonly installScripts: boolean }): InstallEnvironments {
  const { host, nodePath, installScripts } = request;
  const scripts = installScripts ? {} : { npm_config_ignore_scripts: 'true', YARN_ENABLE_SCRIPTS: 'false' };
  return {
    runs: { ...worldEnvironment(request), ...scripts },
    'does-not-run': {
      ...hostPart(host, nodePath),
      ...only(host, ['HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'npm_config_cache', 'npm_config_userconfig']),
      npm_config_ignore_scripts: 'true',
    },
  };
}

const allowed = [
  'LANG',
  'LANGUAGE',
  'TZ',
  'USER',
  'LOGNAME',
  'SHELL',
  'npm_config_registry',
  'npm_config_cafile',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
] as const;

function hostPart(host: HostEnvironment, nodePath: string): Readonly<Record<string, string>> {
  const locale = Object.keys(host).filter((name) => name.startsWith('LC_'));
  return {
    ...withoutCredentials(only(host, [...allowed, ...locale])),
    PATH: [dirname(nodePath), ...cleanPath(host['PATH'] ?? '')].join(':'),
    // Nobody sits at a terminal: no colours, no progress bars, no watch mode, no questions.
    TERM: 'dumb',
    NO_COLOR: '1',
    CI: '1',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_progress: 'false',
    npm_config_yes: 'false',
  };
}

function only(host: HostEnvironment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (host[name] === undefined ? [] : [[name, host[name]]])));
}

/** A proxy or a registry whose address holds a password is a secret, and stays out. */
function withoutCredentials(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => !/^[a-z]+:\/\/[^/\s]*@/i.test(value)));
}

/** The host's PATH without what an npm that started us put there, and without relative folders. */
export function cleanPath(path: string): readonly string[] {
  const folders = path.split(':').filter((folder) => folder.startsWith('/'));
  return [...new Set(folders.filter((folder) => !/\/node_modules\/\.bin\/?$|\/node-gyp-bin\/?$/.test(folder)))];
}
