import { watch } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Checked, GithubService } from '../support/github-service.ts';
import { githubService } from '../support/github-service.ts';
import { smallProject, withoutWalls } from '../support/miyabi.ts';

/** Continuous integration here wants a word on each change, of which no test of the project knows. */
const wantsChangelog: Checked = (_commit, file) =>
  file('CHANGELOG.md') === undefined ? 'changelog: Error: CHANGELOG.md has no entry for this change' : undefined;

/** Four worlds search for a repair; the fifth is another mind, which reads what it is told. */
const worlds = {
  ...withoutWalls,
  MIYABI_AGENT_COMMAND: `if grep -q "CHANGELOG.md has no entry" "$MIYABI_TASK_FILE"; then echo "- add() adds" > CHANGELOG.md; fi`,
  MIYABI_WORLDS_SETTINGS: '[{},{},{},{},{"agent":"command"}]',
};

/** One of either kind, where each of them is begun again and again. */
const twoWorlds = { ...worlds, MIYABI_WORLDS_COUNT: '2', MIYABI_WORLDS_SETTINGS: '[{},{"agent":"command"}]' };

const issue = {
  title: 'add() subtracts instead of adding',
  body: 'add(2, 3) gives -1 instead of 5. The function is `add` in src/add.js.',
  // As a person judges it, who does not want it to go without a review.
  labels: ['complexity:medium'],
};

function kindsOf(comments: readonly { readonly body: string }[]): readonly string[] {
  return comments.map(({ body }) => /<!-- miyabi:run_\w+:([\w-]+) -->/.exec(body)?.[1] ?? body).toSorted();
}

/** What there is to see at GitHub when all is done, however it came to be. */
async function expectDone(service: GithubService, number: number): Promise<void> {
  const { github } = service;
  const pullRequests = await github.pullRequests();
  expect(pullRequests, service.said()).toHaveLength(1);
  const [pullRequest] = pullRequests;
  expect(pullRequest).toMatchObject({ merged: true, draft: false, base: { ref: 'main' } });
  expect(pullRequest!.title).toMatch(/^fix(\(.+\))?: add\(\) subtracts instead of adding$/);
  expect(pullRequest!.body).toContain(`Closes #${number}`);
  expect(await github.issue(number)).toMatchObject({ state: 'closed' });
  expect(kindsOf(await github.comments(number))).toEqual(['plan', 'review', 'summary']);
  const main = github.code.branches().get('main')!;
  const commits = github.code.commits([main], new Set());
  expect(commits).toHaveLength(3);
  expect(commits[0]!.message).toMatch(/Miyabi-Task: /);
  expect([...github.code.branches().keys()]).toEqual(['main']);
  expect(mergesReady(service)).toEqual([
    { pullRequest: pullRequest!.number, commit: pullRequest!.head.sha, winners: expect.objectContaining({ 'task-1': expect.any(String) }) },
  ]);
  github.assertAsDescribed();
}

function mergesReady({ state }: GithubService): readonly unknown[] {
  using database = new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true });
  const rows = database.prepare(`SELECT state FROM checkpoints WHERE kind = 'merge_ready'`).all();
  return rows.map((row) => JSON.parse(String(row['state'])) as unknown);
}

describe('an issue at GitHub that is given the label', () => {
  it('is repaired in five worlds, reviewed, checked, mended, merged and closed', { timeout: 300_000 }, async () => {
    await using service = await githubService(smallProject, worlds, wantsChangelog);
    await service.start();
    const number = await service.github.createIssue(issue);
    await service.github.label(number, 'miyabi');
    using records = recordsOf(service);
    while (!records.isOver()) await records.changed();
    await service.kill();
    await expectDone(service, number);
  });

  it('ends the same when the service is killed at the border of every phase', { tags: ['campaign'], timeout: 600_000 }, async () => {
    await using service = await githubService(smallProject, twoWorlds, wantsChangelog);
    await service.start();
    const number = await service.github.createIssue(issue);
    await service.github.label(number, 'miyabi');
    const killedAfter = await killAtEveryBorder(service);
    expect(killedAfter).toEqual(expect.arrayContaining(['analyse', 'plan', 'task-1', 'review', 'publish', 'pull-request', 'ci', 'merge']));
    await service.kill();
    await expectDone(service, number);
  });
});

/** Kills the service each time that a phase has ended for the first time, and starts it again. @returns the phases, in that order. */
async function killAtEveryBorder(service: GithubService): Promise<readonly string[]> {
  const killed: string[] = [];
  using records = recordsOf(service);
  while (!records.isOver()) {
    const phase = records.endedPhases().find((key) => !killed.includes(key));
    if (phase === undefined) {
      await records.changed();
      continue;
    }
    await service.kill();
    killed.push(phase);
    await service.start();
  }
  return killed;
}

/** What a service has written down, looked at from outside. */
function recordsOf(service: GithubService) {
  // Opened once: whoever opens it changes its files, which would be heard as news.
  const database = new DatabaseSync(join(service.state, 'miyabi.db'), { readOnly: true });
  let resolve: (() => void) | undefined;
  const watcher = watch(service.state, (_event, name) => name?.endsWith('-wal') === true && resolve?.());
  const phases = database.prepare(
    `SELECT t.key FROM weaver_task t JOIN weaver_job j ON j.id = t.job_id LEFT JOIN weaver_task p ON p.id = t.parent_task_id
      WHERE t.state IN ('succeeded', 'decomposed') AND j.group_key NOT IN ('deliveries', 'notices')
        AND (p.id IS NULL OR p.type = 'miyabi.issue.plan') AND t.type <> 'miyabi.forge.tell'`,
  );
  const ended = database.prepare(`SELECT state FROM weaver_job WHERE group_key NOT IN ('deliveries', 'notices') AND ended_at IS NOT NULL`);
  return {
    endedPhases: (): readonly string[] => phases.all().map(({ key }) => String(key)),
    isOver: (): boolean => ended.all().length > 0,
    changed: async () => await new Promise<void>((done) => (resolve = done)),
    [Symbol.dispose]: () => {
      watcher.close();
      database.close();
    },
  };
}
