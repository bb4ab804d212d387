import type { Clock } from '../../ports/clock.ts';

/** Who we are at GitHub. */
export type GithubIdentity =
  /** A personal token, classic or fine-grained. */
  | { readonly kind: 'token'; readonly token: string }
  /** An App, which acts by tokens of its installations. `privateKey` is PEM. */
  | { readonly kind: 'app'; readonly appId: number; readonly privateKey: string };

export interface GithubSettings {
  /** The API's address: `https://api.github.com`, or `https://<host>/api/v3` of a GitHub Enterprise server. */
  readonly api: string;
  /** Where the code of `<repository>` (`owner/name`) lies. */
  readonly git: string;
  readonly identity: GithubIdentity;
  /** Only these repositories (`owner/name`); all that are asked about when empty, of which none are looked for by itself with a personal token. */
  readonly repositories: readonly string[];
  /** The label that starts a run: what the sweep looks for. */
  readonly label: string;
  /** Of this program, for the User-Agent. */
  readonly version: string;
  readonly clock: Clock;
  /** How long one request may take with its answer, in ms. Default: 30 s. */
  readonly timeoutMs?: number;
}
