import type {
  ForgeCheck,
  ForgeCheckLog,
  ForgeComment,
  ForgeIssue,
  ForgeLabel,
  ForgeObjection,
  ForgePullRequest,
  ForgeRepository,
  ForgeUser,
  MergeMethod,
  Permission,
} from '../domain/forge.ts';
import type { ForgeEvent, ReadDelivery } from '../domain/forge-event.ts';
import type { RemoteCredential } from './git.ts';

/**
 * The forge cannot be used at the moment: it is not reached, it is not well, or it asks us to wait. Nothing was lost and nothing was done; what
 * was asked may be asked again after `retryAfterMs`. What only a person can mend (no access, nothing there) is a Failure.
 */
export class ForgeUnavailable extends Error {
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Which issue or pull request of which repository (`owner/name`). */
export interface ForgePlace {
  readonly repository: string;
  readonly number: number;
}

/** A pull request as it is opened. `head` lies in the same repository. */
export interface PullRequestDraft {
  readonly repository: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly isDraft: boolean;
}

/** What a merge came to. */
export type Merged =
  | { readonly kind: 'merged'; readonly commit: string }
  /** It moved, has conflicts, is a draft, or a rule of the repository forbids it (a protected branch, a missing review). */
  | { readonly kind: 'refused'; readonly why: 'moved' | 'conflict' | 'draft' | 'rule'; readonly reason: string };

/**
 * A forge: what people and programs do beside the code. Every call asks or tells it something over the network and may be repeated: whatever
 * changes something looks first, so that the same call twice does it once. Bodies that are handed in are the whole text.
 *
 * All throw {@link ForgeUnavailable}; Failure (configuration) where we are not let in, Failure (notFoundOrLocked) where something is not there.
 */
export interface Forge {
  /** As it is configured: `github`, or the name of a local one. */
  readonly name: string;
  /** As whom we speak. */
  self(): Promise<ForgeUser>;
  repository(name: string): Promise<ForgeRepository>;
  /** The repositories that we are meant to work in: those that are configured, or that we were let into as a program of our own. */
  repositories(): Promise<readonly string[]>;
  /** What opens the code to us; undefined where nothing is needed or the user's own settings do. */
  gitCredential(repository: string): Promise<RemoteCredential | undefined>;

  issue(place: ForgePlace): Promise<ForgeIssue>;
  /** Open ones that carry the label, or all open ones; those touched last first, 1,000 at most. */
  openIssues(repository: string, label?: string): Promise<readonly ForgeIssue[]>;
  closeIssue(place: ForgePlace): Promise<void>;
  reopenIssue(place: ForgePlace): Promise<void>;
  /** Oldest first. @param since epoch ms: only those written or changed from then on. */
  comments(place: ForgePlace, since?: number): Promise<readonly ForgeComment[]>;
  /** Comments of all issues and pull requests of a repository written from `since` (epoch ms) on, oldest first, with the number they stand at. */
  commentsSince(
    repository: string,
    since: number,
  ): Promise<ReadonlyArray<ForgeComment & { readonly number: number; readonly isPullRequest: boolean }>>;
  /**
   * Writes a comment with the marker, or edits ours that has it; the same text changes nothing. A comment of anybody else is never touched.
   * @param marker see `commentMarker`; put at the end of the body.
   */
  tell(place: ForgePlace, marker: string, body: string): Promise<ForgeComment>;
  /** Makes the labels that are missing; existing ones stay as they are. */
  ensureLabels(repository: string, labels: readonly ForgeLabel[]): Promise<void>;
  /** Of an issue or a pull request; labels that nobody names stay. */
  changeLabels(place: ForgePlace, change: { readonly add: readonly string[]; readonly remove: readonly string[] }): Promise<void>;
  /** What a person may do, asked by their id: whoever has their login today. `none` for somebody unknown. */
  permission(repository: string, user: Pick<ForgeUser, 'id' | 'login'>): Promise<Permission>;

  pullRequest(place: ForgePlace): Promise<ForgePullRequest>;
  /** The newest pull request from a branch of the repository itself, in whatever state. */
  pullRequestOf(repository: string, head: string): Promise<ForgePullRequest | undefined>;
  /** Opens one, or gives the open one that stands for the same head and base already, unchanged. */
  openPullRequest(draft: PullRequestDraft): Promise<ForgePullRequest>;
  /** Only what is named changes; a draft becomes ready with `isDraft: false` and never the other way round. */
  updatePullRequest(
    place: ForgePlace,
    change: { readonly title?: string; readonly body?: string; readonly isDraft?: false },
  ): Promise<void>;
  /** Merges it if its head is still `commit`; merged already is merged. `message` counts where the method makes a commit of its own. */
  merge(
    place: ForgePlace,
    request: { readonly commit: string; readonly method: MergeMethod; readonly title: string; readonly message: string },
  ): Promise<Merged>;
  /** What people ask to be changed in a pull request, of each the last word, and not taken back since. Whether they may is not asked here. */
  objections(place: ForgePlace): Promise<readonly ForgeObjection[]>;
  closePullRequest(place: ForgePlace): Promise<void>;
  /** Gone already is gone. */
  deleteBranch(repository: string, branch: string): Promise<void>;

  /** All that is known of a commit's checks, one for each name: the newest. */
  checks(repository: string, commit: string): Promise<readonly ForgeCheck[]>;
  checkLog(repository: string, check: ForgeCheck): Promise<ForgeCheckLog>;
}

/** The raw delivery of a webhook: nothing of it was read yet. */
export interface Delivery {
  /** Lower-case names; of several headers with one name all values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Exactly the bytes that came. */
  readonly body: Buffer;
}

/** A forge that tells of what happens by webhooks. */
export interface WebhookReader {
  /** Under which the forge is configured. */
  readonly forge: string;
  /** Whether the delivery was signed with the secret that is configured; never throws. */
  isSigned(delivery: Delivery): Promise<boolean>;
  /** The id by which a repeated delivery is recognised, and the name of its event; undefined where a header is missing or not of that form. */
  identify(delivery: Delivery): { readonly id: string; readonly event: string } | undefined;
  /** Reads a delivery that is signed; never throws. */
  read(delivery: Delivery): ReadDelivery;
}

/** A forge that is looked at from time to time, for what was missed or because it tells nothing by itself. */
export interface Sweep {
  /**
   * What happened in a repository since then, as events that have the same identity as they would have when told: issues that carry the trigger
   * label, comments, checks and pull requests of what is open.
   * @param since epoch ms. @param watched pull requests of ours that are open. @param isKnown whoever knows an event by its identity need not be told
   * it again, where that saves looking up what it is about.
   */
  missed(
    repository: string,
    since: number,
    watched: readonly number[],
    isKnown?: (identity: string) => boolean,
  ): Promise<readonly ForgeEvent[]>;
  /** The open issues that carry a label, however long since, each as the event by which it came to it; 200 at most, those touched last first. */
  labelled(repository: string, label: string): Promise<readonly ForgeEvent[]>;
}

/** The forges that are configured. */
export interface Forges {
  readonly names: readonly string[];
  /** @throws Failure (configuration) for one that is not configured, or not completely. */
  open(name: string): Promise<Forge & Sweep>;
  /** Of those that can tell by webhooks and have a secret for it. */
  readers(): Promise<readonly WebhookReader[]>;
}
