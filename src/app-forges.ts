import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { GithubIdentity } from './adapters/github/settings.ts';
import type { Config } from './domain/config.ts';
import { Failure } from './domain/failure.ts';
import type { RemoteUrl } from './domain/remote-url.ts';
import { parseRemoteUrl } from './domain/remote-url.ts';
import { toldOnce } from './domain/told-once.ts';
import type { Clock } from './ports/clock.ts';
import type { Forge, Forges, Sweep } from './ports/forge.ts';
import type { RemoteCredential } from './ports/git.ts';
import type { ProcessRunner } from './ports/process.ts';

/** What the forges are wired from; a part of `app.ts`. The library for GitHub is loaded when it is first asked for. */
export interface ForgesRequest {
  readonly config: Config['forge'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Of this program. */
  readonly version: string;
  /** For git beside a forge that is a folder. */
  readonly processes: () => Promise<ProcessRunner>;
  /** Told what is worth knowing of a forge, in a sentence. */
  readonly notice: (text: string) => void;
}

export interface WiredForges extends Forges {
  /**
   * What lets us in where the code of a forge lies; undefined for a remote of no forge, or where nothing is configured. Asked before each call of
   * git: what an App is given holds for an hour.
   */
  gitCredential(remote: RemoteUrl): Promise<RemoteCredential | undefined>;
}

const githubName = 'github';
/** How often the same trouble with a folder is told, which is looked at every few seconds. */
const sameTroubleMs = 3_600_000;

export function wireForges(request: ForgesRequest): WiredForges {
  const { config, environment } = request;
  const opened = new Map<string, Promise<Forge & Sweep>>();
  const open = async (name: string): Promise<Forge & Sweep> => {
    const known = opened.get(name);
    if (known !== undefined) return await known;
    const opening = name === githubName ? openGithub(request) : openLocal(request, name);
    opened.set(name, opening);
    try {
      return await opening;
    } catch (error) {
      // A person mends it while a service runs.
      opened.delete(name);
      throw error;
    }
  };
  return {
    names: [...(isGithubConfigured(request) ? [githubName] : []), ...Object.keys(config.local)],
    open,
    async readers() {
      const secret = environment[config.github.webhookSecretVariable] ?? '';
      if (secret === '') return [];
      const { readGithubWebhook } = await import('./adapters/github/webhook/read-github-webhook.ts');
      return [readGithubWebhook({ secret, repositories: config.github.repositories })];
    },
    async gitCredential(remote) {
      const repository = repositoryAt(config.github.git, remote);
      if (repository === undefined || !isGithubConfigured(request)) return undefined;
      const { repositories } = config.github;
      if (repositories.length > 0 && !repositories.some((name) => name.toLowerCase() === repository.toLowerCase())) return undefined;
      try {
        return await (await open(githubName)).gitCredential(repository);
      } catch (error) {
        // Where the App is not installed the code may still be open to everybody; git finds out.
        if (error instanceof Failure && error.reason === 'notFoundOrLocked') return undefined;
        throw error;
      }
    },
  };
}

function isGithubConfigured({ config: { github }, environment }: ForgesRequest): boolean {
  return github.appId !== undefined || (environment[github.tokenVariable] ?? '') !== '';
}

async function openGithub(request: ForgesRequest): Promise<Forge & Sweep> {
  const { config, clock, version } = request;
  const { api, git, repositories } = config.github;
  refuseWrongAddress(git);
  const identity = await identityOf(request);
  const { createGithub } = await import('./adapters/github/create-github.ts');
  return createGithub({ api, git, identity, repositories, label: config.label, version, clock });
}

/** Told now, not by the first run. @throws Failure (configuration) where no code can lie. */
function refuseWrongAddress(git: string): void {
  try {
    parseRemoteUrl(git.replaceAll('<repository>', 'owner/name'));
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const what = `\`forge.github.git\` says ${JSON.stringify(git)}, and no code can lie there.`;
    const fix = 'Write it like https://github.example.org/<repository>.git.';
    throw new Failure('configuration', { what, why: cause.text.why, fix }, { cause });
  }
}

async function openLocal({ config, clock, environment, processes, notice }: ForgesRequest, name: string): Promise<Forge & Sweep> {
  const folder = Object.hasOwn(config.local, name) ? config.local[name] : undefined;
  if (folder === undefined) {
    throw new Failure(
      'configuration',
      {
        what: `No forge is called ${JSON.stringify(name)}.`,
        why: `Configured are ${[githubName, ...Object.keys(config.local)].join(', ')}.`,
        fix: 'Name one of these, or add a folder to `forge.local`.',
      },
      { facts: { forge: name } },
    );
  }
  const { openLocalForge } = await import('./adapters/local-forge/open-local-forge.ts');
  const programs = { process: await processes(), path: environment['PATH'] ?? '' };
  return await openLocalForge(name, folder, clock, { ...programs, notice: toldOnce(notice, sameTroubleMs, () => clock.now()) });
}

/** @throws Failure (configuration) where neither a token nor an App is given, or not completely. */
async function identityOf({ config: { github }, environment }: ForgesRequest): Promise<GithubIdentity> {
  const { appId, privateKeyFile, tokenVariable } = github;
  if (appId !== undefined) {
    if (privateKeyFile === undefined) {
      throw unknown('`forge.github.appId` names an App, but no private key is given.', 'Set `forge.github.privateKeyFile` to its file.');
    }
    return { kind: 'app', appId, privateKey: await readPrivateKey(privateKeyFile) };
  }
  const token = environment[tokenVariable] ?? '';
  if (token !== '') return { kind: 'token', token };
  throw unknown(
    `The variable ${tokenVariable} is not set, and no App is configured.`,
    `Put a token into ${tokenVariable}, or set \`forge.github.appId\` and \`forge.github.privateKeyFile\`; docs/github.md tells how.`,
  );
}

const readableByOthers = 0o007;

async function readPrivateKey(path: string): Promise<string> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & readableByOthers) !== 0) {
      throw unknown(`The private key ${path} can be read by everybody on this machine.`, `Take that away: chmod 600 ${path}`);
    }
    text = await readFile(path, 'utf8');
    createPrivateKey(text);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw unknown(`The private key ${path} cannot be read.`, 'Put the PEM file there that GitHub made for the App.', cause);
  }
  return text;
}

function unknown(why: string, fix: string, cause?: unknown): Failure {
  return new Failure(
    'configuration',
    { what: 'It is not known who we are at GitHub.', why, fix },
    { facts: { forge: githubName }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** The repository (`owner/name`) whose code lies at a remote, by the pattern that is configured. */
function repositoryAt(pattern: string, { url }: RemoteUrl): string | undefined {
  const example = 'the-owner/the-name';
  const whole = parseRemoteUrl(pattern.replaceAll('<repository>', example)).url;
  const [before = '', after = ''] = whole.split(example);
  const bare = after === '.git' && !url.endsWith(after) ? `${url}${after}` : url;
  if (!bare.startsWith(before) || !bare.endsWith(after)) return undefined;
  const repository = bare.slice(before.length, bare.length - after.length);
  return /^[\w.-]+\/[\w.-]+$/.test(repository) ? repository : undefined;
}
