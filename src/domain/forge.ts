import { z } from 'zod';

/**
 * What a forge holds of a project beside its code: issues, comments, pull requests, checks. Whatever people wrote there is untrusted input.
 */

/** `owner/name`, in the forge's own spelling. */
export const repositoryNameSchema = z
  .string()
  .max(200)
  .regex(/^[\w.-]+\/[\w.-]+$/);

/** Who did something on a forge. Known by `id`; a login can change hands. */
export const forgeUserSchema = z.object({ id: z.string().max(100), login: z.string().max(100), isBot: z.boolean() });
export type ForgeUser = z.infer<typeof forgeUserSchema>;

/** An issue of a forge as it stands now. */
export interface ForgeIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: ForgeUser;
  readonly labels: readonly string[];
  readonly state: 'open' | 'closed';
  /** Where people read it. */
  readonly url: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms; changes with every comment, label and edit. */
  readonly updatedAt: number;
}

export interface ForgeComment {
  readonly id: string;
  readonly author: ForgeUser;
  readonly body: string;
  readonly url: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** A review of a pull request that asks for changes, and is the last word of who gave it. */
export interface ForgeObjection {
  readonly id: string;
  readonly author: ForgeUser;
  /** Empty where everything was said elsewhere, such as at single lines. */
  readonly body: string;
}

/** How a pull request becomes part of its base. */
export const mergeMethods = ['squash', 'merge', 'rebase'] as const;
export type MergeMethod = (typeof mergeMethods)[number];

export interface ForgeRepository {
  /** By the forge's own id: a repository that was renamed is the same. */
  readonly id: string;
  /** `owner/name`. */
  readonly name: string;
  readonly defaultBranch: string;
  /** Where its code is fetched from and pushed to, without credentials; as `parseRemoteUrl` reads it. */
  readonly gitUrl: string;
  /** Allowed ones, the forge's favourite first. */
  readonly mergeMethods: readonly MergeMethod[];
}

export interface ForgePullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly isDraft: boolean;
  readonly head: { readonly branch: string; readonly commit: string };
  readonly base: { readonly branch: string; readonly commit: string };
  /** Of the merge, once it is merged and the forge tells. */
  readonly mergeCommit: string | undefined;
  /** Whether it fits on its base; undefined while the forge is still finding out. */
  readonly isMergeable: boolean | undefined;
  readonly labels: readonly string[];
}

/** One check of a commit, whatever kind of thing the forge calls it. */
export interface ForgeCheck {
  /** Names it at the forge, for `checkLog`. */
  readonly id: string;
  readonly name: string;
  readonly state: 'pending' | 'passed' | 'failed' | 'skipped';
  /** What the forge calls its end, such as `timed_out`; a few words. */
  readonly conclusion: string;
  readonly url: string | undefined;
}

/** Why a check failed, as far as the forge tells. Whatever stands in it was printed by foreign programs. */
export interface ForgeCheckLog {
  /** The step that failed, where the forge knows steps. */
  readonly step: string | undefined;
  /** The end of what it printed; empty where the forge keeps no log. */
  readonly tail: string;
  /** What it says of single lines of files: `path:line: text`. */
  readonly annotations: readonly string[];
}

/** What somebody may do in a repository, from nothing up. */
export const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Permission = (typeof permissions)[number];

export function isAtLeast(permission: Permission, wanted: Permission): boolean {
  return permissions.indexOf(permission) >= permissions.indexOf(wanted);
}

/** A label with the colour (six hexadecimal digits) and description it is made with where it is missing. */
export interface ForgeLabel {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

/** Stands in every comment of ours, out of sight, and tells our comments of one kind about one run from all others. */
export function commentMarker(run: string, kind: string): string {
  return `<!-- miyabi:${run}:${kind} -->`;
}

/** Whether a text was written by us, whoever's name stands on it: what is ours starts nothing. */
export function isOurs(body: string): boolean {
  return /<!-- miyabi:[\w-]+:[\w-]+ -->/.test(body);
}
