import { repositoryNameSchema } from './forge.ts';

/** An issue as people name it. */
export interface ForgeReference {
  /** Under which the forge is configured. */
  readonly forge: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
}

/** What names lead to. */
export interface KnownForges {
  /** Of the API of GitHub or a GitHub Enterprise server. */
  readonly githubApi: string;
  /** Names of local forges. */
  readonly local: readonly string[];
}

const largest = 2 ** 31;

/**
 * Reads `owner/name#123`, `forge:owner/name#123`, or the address of an issue as a browser shows it (`https://github.com/owner/name/issues/123`).
 *
 * @returns undefined for a text that is none of these, such as a path or an issue in words.
 */
export function parseForgeReference(text: string, known: KnownForges): ForgeReference | undefined {
  if (text.length > 500) return undefined;
  const [, forge = 'github', repository = '', number = ''] = /^(?:([a-z][a-z\d-]*):)?([\w.-]+\/[\w.-]+)#(\d{1,10})$/.exec(text) ?? [];
  if (number !== '') return forge === 'github' || known.local.includes(forge) ? reference(forge, repository, number) : undefined;
  return /^https?:\/\//.test(text) && URL.canParse(text) ? fromAddress(new URL(text), known) : undefined;
}

/** The host whose pages people read: `api.github.com` is that of `github.com`, others are their own. */
export function githubHost(api: string): string {
  const { host } = new URL(api);
  return host === 'api.github.com' ? 'github.com' : host;
}

function fromAddress(url: URL, { githubApi }: KnownForges): ForgeReference | undefined {
  const host = githubHost(githubApi);
  if (url.host !== host && url.host !== `www.${host}`) return undefined;
  const [, owner, name, kind, number, ...rest] = url.pathname.split('/');
  const isIssue = kind === 'issues' && rest.every((part) => part === '');
  return isIssue && /^\d{1,10}$/.test(number ?? '') ? reference('github', `${owner}/${name}`, number!) : undefined;
}

function reference(forge: string, repository: string, digits: string): ForgeReference | undefined {
  const number = Number(digits);
  if (number < 1 || number >= largest || !repositoryNameSchema.safeParse(repository).success) return undefined;
  return { forge, repository, number };
}
