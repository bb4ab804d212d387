import { z } from 'zod';
import { repositoryNameSchema } from '../../../domain/forge.ts';

/**
 * What of GitHub's payloads is read, checked and copied into objects of our own: whatever else stands in them is left behind. Limits are twice
 * what GitHub allows, or what a URL may be.
 */

const id = z.int().min(1);
const number = z.int().min(1);
const text = z.string().max(140_000);
const url = z.string().max(2_048);
const commit = z.string().regex(/^(?:[\da-f]{40}|[\da-f]{64})$/);
const time = z
  .string()
  .max(40)
  .refine((value) => !Number.isNaN(Date.parse(value)), 'must be a time');

const user = z.object({ id, login: z.string().min(1).max(100), type: z.string().max(40).optional() });
const repository = z.object({ id, full_name: repositoryNameSchema });

/** Around every payload that is about a repository. */
const about = z.object({ action: z.string().max(60).optional(), repository, sender: user.nullish() });

const label = z.object({ name: z.string().max(200) });
const issue = z.object({
  number,
  title: z.string().max(2_000),
  body: text.nullish(),
  user: user.nullable(),
  labels: z.array(label).max(200).default([]),
  // Some of GitHub's own examples are without.
  state: z.string().max(20).default('open'),
  html_url: url,
  created_at: time,
  updated_at: time,
  closed_at: time.nullish(),
  pull_request: z.object({}).nullish(),
});

const branch = z.object({
  ref: z.string().max(300),
  sha: commit,
  label: z.string().max(400).nullish(),
  repo: z.object({ id }).nullish(),
});
const pullRequest = z.object({
  number,
  head: branch,
  base: branch,
  merged: z.boolean().nullish(),
  updated_at: time,
  closed_at: time.nullish(),
});

export const issuesPayload = about.extend({ issue, label: label.nullish() });

export const issueCommentPayload = about.extend({
  issue: issue.pick({ number: true, pull_request: true }),
  comment: z.object({ id, body: text.nullish(), user: user.nullable(), html_url: url, created_at: time }),
});

export const pullRequestPayload = about.extend({ pull_request: pullRequest });

export const reviewPayload = about.extend({
  pull_request: z.object({ number }),
  review: z.object({ id, state: z.string().max(40), body: text.nullish(), user: user.nullable(), commit_id: commit.nullish() }),
});

export const checkRunPayload = about.extend({
  check_run: z.object({ id, head_sha: commit, status: z.string().max(40), conclusion: z.string().max(40).nullish() }),
});

export const checkSuitePayload = about.extend({
  check_suite: z.object({
    id,
    head_sha: commit,
    status: z.string().max(40).nullish(),
    conclusion: z.string().max(40).nullish(),
    updated_at: time,
  }),
});

export const workflowRunPayload = about.extend({
  workflow_run: z.object({
    id,
    head_sha: commit,
    status: z.string().max(40).nullish(),
    conclusion: z.string().max(40).nullish(),
    run_attempt: z.int().min(0).nullish(),
  }),
});

export const statusPayload = about.extend({ id, sha: commit, state: z.string().max(40) });

const pushedAt = z.union([z.int(), time]).nullish();
export const pushPayload = about.extend({
  ref: z.string().max(300),
  before: commit,
  after: commit,
  deleted: z.boolean().nullish(),
  repository: repository.extend({ pushed_at: pushedAt }),
});

const entered = z.array(repository).max(10_000).default([]);
const installation = z.object({ id, updated_at: z.union([z.int(), time]).nullish() });

export const installationPayload = z.object({
  action: z.string().max(60),
  installation,
  repositories: entered,
  sender: user.nullish(),
});

export const installationRepositoriesPayload = installationPayload.omit({ repositories: true }).extend({
  repositories_added: entered,
  repositories_removed: entered,
});
