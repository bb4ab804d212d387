import type { ForgeComment, ForgeIssue, ForgeUser } from './forge.ts';

/** Something that happened at a forge, however it was learnt: from a webhook, or by looking. */
export type ForgeEvent = {
  /** The name under which the forge is configured. */
  readonly forge: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Told apart from every other event by this, however often and in whatever way it is told of: at most 200 characters. */
  readonly identity: string;
  /** Whoever did it, where the forge tells. */
  readonly sender: ForgeUser | undefined;
  /** When it happened (epoch ms by the forge's clock), where that is known otherwise than by when its issue was changed last. */
  readonly at?: number;
} & ForgeHappening;

export type ForgeHappening =
  | {
      readonly kind: 'issue';
      readonly action: 'opened' | 'edited' | 'closed' | 'reopened' | 'labeled' | 'unlabeled' | 'deleted' | 'transferred';
      /** As it stands when it is told; of one that was opened, with the labels that it was opened with. */
      readonly issue: ForgeIssue;
      /** That was put on or taken off. */
      readonly label: string | undefined;
    }
  /** A comment that was written; editing one says nothing new. */
  | { readonly kind: 'comment'; readonly issue: number; readonly isPullRequest: boolean; readonly comment: ForgeComment }
  | {
      readonly kind: 'pull-request';
      readonly action: 'closed' | 'merged' | 'reopened' | 'changed';
      readonly number: number;
      readonly head: { readonly branch: string; readonly commit: string };
    }
  | {
      readonly kind: 'review';
      readonly number: number;
      readonly state: 'approved' | 'changes-requested' | 'commented';
      readonly body: string;
      /** The commit that was looked at, where the forge tells. */
      readonly commit?: string;
    }
  /** Something about the checks of a commit has changed; how they stand is asked. */
  | { readonly kind: 'checks'; readonly commit: string }
  /** `to` is absent for a branch that is gone. */
  | { readonly kind: 'push'; readonly branch: string; readonly to: string | undefined }
  /** We may work in these repositories from now on, or no longer. */
  | { readonly kind: 'installation'; readonly action: 'added' | 'removed'; readonly repositories: readonly string[] };

/** What a delivery of a forge came to when it was read. */
export type ReadDelivery =
  | { readonly kind: 'event'; readonly event: ForgeEvent }
  /** Not for us; `reason` is one of a few short words, for the metrics: `ping`, `unknown-event`, `unknown-action`, `bot` ... */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Not what the forge would send. */
  | { readonly kind: 'malformed'; readonly reason: string };
