import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../../test/support/github-stand/faults.ts';
import type { GithubStand } from '../../../test/support/github-stand/github-stand.ts';
import { openGithubStand } from '../../../test/support/github-stand/github-stand.ts';
import { Failure } from '../../domain/failure.ts';
import { commentMarker } from '../../domain/forge.ts';
import type { Forge, Sweep } from '../../ports/forge.ts';
import { ForgeUnavailable } from '../../ports/forge.ts';
import { createGithub } from './create-github.ts';

let stand: GithubStand;
let repository: string;

beforeAll(async () => {
  stand = await openGithubStand();
  ({ repository } = stand);
});
afterEach(() => {
  stand.heal();
  stand.assertAsDescribed();
});
afterAll(async () => await stand[Symbol.asyncDispose]());

/** A client of its own: what one has been asked to wait for does not hold the others up. */
function client(change: Parameters<GithubStand['settings']>[0] = {}): Forge & Sweep {
  return createGithub(stand.settings(change));
}

function asApp(): Forge & Sweep {
  const { id, privateKey } = stand.app;
  return client({ identity: { kind: 'app', appId: id, privateKey } });
}

async function thrown(asked: Promise<unknown>): Promise<unknown> {
  return await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function unavailable(asked: Promise<unknown>): Promise<ForgeUnavailable> {
  const error = await thrown(asked);
  if (!(error instanceof ForgeUnavailable)) throw new Error('GitHub was to be unavailable', { cause: error });
  return error;
}

/** A pull request of a branch of its own. */
async function pullRequest(forge: Forge, branch: string): Promise<{ readonly number: number; readonly commit: string }> {
  const commit = stand.code.commitOn(branch, { [`${branch}.txt`]: 'new\n' }, 'feat: something new');
  const draft = { repository, head: branch, base: 'main', title: 'feat: something new', body: '', isDraft: false };
  return { number: (await forge.openPullRequest(draft)).number, commit };
}

describe('every request', () => {
  test('says which program it is from', async () => {
    await client().repository(repository);
    expect(stand.requests.at(-1)?.userAgent).toMatch(/^miyabi\/0\.0\.0-test /);
  });

  test('for what was seen before costs nothing when it is unchanged', async () => {
    const forge = client();
    const number = await stand.createIssue({ title: 'Read twice' });
    const first = await forge.issue({ repository, number });
    expect(await forge.issue({ repository, number })).toEqual(first);
    expect(stand.requests.at(-1)).toMatchObject({ status: 304, unchanged: true });
    await stand.closeIssue(number);
    expect(await forge.issue({ repository, number })).toMatchObject({ state: 'closed' });
  });

  test('ends when it takes too long', async () => {
    stand.fail({ fault: { kind: 'slow', ms: 5_000 } });
    const error = await unavailable(client({ timeoutMs: 50 }).repository(repository));
    expect(error.message).toMatch(/timeout/);
    expect(error.retryAfterMs).toBe(5_000);
  });
});

describe('a limit is obeyed', () => {
  const cases: ReadonlyArray<readonly [string, Fault, number]> = [
    ['the primary one until it is full again', { kind: 'primary', resetInSeconds: 1_234 }, 1_234_000],
    ['the primary one when it is called 429', { kind: 'primary', resetInSeconds: 60, status: 429 }, 60_000],
    ['a secondary one for as long as it says', { kind: 'secondary', retryAfter: 93 }, 93_000],
    ['a secondary one when it is called 429', { kind: 'secondary', retryAfter: 5, status: 429 }, 5_000],
    ['a secondary one that only its words tell for a minute', { kind: 'secondary' }, 60_000],
  ];
  test.each(cases)('%s', async (_, fault, ms) => {
    const forge = client();
    // For all who ask: a request that the test before has given up may arrive only now.
    stand.fail({ fault });
    const error = await unavailable(forge.repository(repository));
    // The reset is a whole second of the server's clock, and so is its date.
    expect(Math.abs(error.retryAfterMs - ms)).toBeLessThanOrEqual(fault.kind === 'primary' ? 1_000 : 0);
    const before = stand.requests.length;
    const again = await unavailable(forge.issue({ repository, number: 1 }));
    expect(again.retryAfterMs).toBeGreaterThan(ms - 3_000);
    expect(again.retryAfterMs).toBeLessThanOrEqual(error.retryAfterMs);
    expect(stand.requests.length, 'nothing is sent while GitHub asks us to wait').toBe(before);
  });

  test('and what was asked goes on when the time is over', async () => {
    let ahead = 0;
    const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };
    const forge = client({ clock });
    stand.fail({ fault: { kind: 'secondary', retryAfter: 600 } });
    await unavailable(forge.repository(repository));
    stand.heal();
    ahead = 599_000;
    await unavailable(forge.repository(repository));
    ahead = 600_500;
    expect(await forge.repository(repository)).toMatchObject({ name: repository });
  });

  test('one that comes again without words of time is waited for longer each time', async () => {
    let ahead = 0;
    const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };
    const forge = client({ clock });
    stand.fail({ fault: { kind: 'secondary' } });
    const waits: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const { retryAfterMs } = await unavailable(forge.repository(repository));
      waits.push(retryAfterMs);
      ahead += retryAfterMs + 1;
    }
    expect(waits).toEqual([60_000, 120_000, 240_000]);
  });
});

describe('GitHub that is not well', () => {
  test.each<Fault>([{ kind: 'unwell' }, { kind: 'unwell', status: 503 }, { kind: 'dropped' }])(
    'is asked again later: %o',
    async (fault) => {
      let ahead = 0;
      const forge = client({ clock: { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead } });
      stand.fail({ fault, times: 3 });
      const wait = async () => (await unavailable(forge.repository(repository))).retryAfterMs;
      expect(await wait()).toBe(5_000);
      expect(await wait(), 'somebody else who asked is not told to wait longer').toBe(5_000);
      ahead = 5_001;
      expect(await wait()).toBe(10_000);
      expect(await forge.repository(repository)).toMatchObject({ name: repository });
    },
  );

  test('that nobody answers for is not reached', async () => {
    const error = await unavailable(client({ api: 'http://127.0.0.1:9' }).repository(repository));
    expect(error.message).toMatch(/^GitHub is not reached: .+\.$/);
  });
});

describe('what was done though the answer was lost is done once', () => {
  test('a comment', async () => {
    const forge = client();
    const number = await stand.createIssue({ title: 'Told twice' });
    const marker = commentMarker('run_1', 'plan');
    stand.fail({ fault: { kind: 'dropped', after: true }, of: /^POST .*comments$/, times: 1 });
    await unavailable(forge.tell({ repository, number }, marker, 'The plan.'));
    await forge.tell({ repository, number }, marker, 'The plan.');
    expect((await stand.comments(number)).map(({ body }) => body)).toEqual([`The plan.\n\n${marker}`]);
  });

  test('a pull request and its merge', async () => {
    const forge = client();
    stand.fail({ fault: { kind: 'dropped', after: true }, of: /^POST .*pulls$/, times: 1 });
    await unavailable(pullRequest(forge, 'lost'));
    const found = await forge.pullRequestOf(repository, 'lost');
    const commit = stand.code.branches().get('lost') ?? '';
    const draft = { repository, head: 'lost', base: 'main', title: 'feat: something new', body: '', isDraft: false };
    const { number } = await forge.openPullRequest(draft);
    expect(number).toBe(found?.number);
    const request = { commit, method: 'squash', title: 'feat: something new', message: 'Miyabi-Task: task_1' } as const;
    stand.fail({ fault: { kind: 'dropped', after: true }, of: /^PUT .*merge$/, times: 1 });
    await unavailable(forge.merge({ repository, number }, request));
    expect(await forge.merge({ repository, number }, request)).toEqual({ kind: 'merged', commit: stand.code.branches().get('main') });
    expect((await stand.pullRequests()).filter(({ head }) => head.ref === 'lost')).toHaveLength(1);
  });

  test('a comment that two processes have written at the same moment', async () => {
    const number = await stand.createIssue({ title: 'Told by two' });
    const marker = commentMarker('run_2', 'plan');
    const [one, other] = await Promise.all(
      [client(), client()].map(async (forge) => await forge.tell({ repository, number }, marker, 'The plan.')),
    );
    expect(await stand.comments(number)).toHaveLength(1);
    expect(one?.id).toBe(other?.id);
  });
});

describe('what only a person can mend is said', () => {
  test('a token that is none', async () => {
    const error = await thrown(client({ identity: { kind: 'token', token: 'ghp_wrong' } }).self());
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).text.fix).toContain('docs/github.md');
  });

  test('a repository that is not among those that are configured', async () => {
    expect(await client({ repositories: ['ACME/Widgets'] }).repository(repository)).toMatchObject({ name: repository });
    expect(await client().repositories(), 'a token may do more than is meant').toEqual([]);
    const error = await thrown(client({ repositories: ['acme/other'] }).repository(repository));
    expect((error as Failure).text.why).toContain('forge.github.repositories');
  });

  test('a pull request of a fork is none of ours', async () => {
    expect(await client().pullRequestOf(repository, 'nobody:work')).toBeUndefined();
  });

  test('a merge by a way that is not allowed, and by a rule', async () => {
    const forge = client();
    const { number, commit } = await pullRequest(forge, 'ruled');
    stand.allowMethods(['squash']);
    expect((await client().repository(repository)).mergeMethods).toEqual(['squash']);
    const request = { commit, title: 'feat: ruled', message: '' };
    expect(await forge.merge({ repository, number }, { ...request, method: 'merge' })).toMatchObject({ kind: 'refused', why: 'rule' });
    stand.allowMethods(['squash', 'merge', 'rebase']);
  });
});

describe('a check', () => {
  test('of an older service is a check too', async () => {
    const forge = client();
    const { commit } = await pullRequest(forge, 'checked');
    await stand.setStatus(commit, 'ci/old', 'pending');
    await stand.setStatus(commit, 'ci/old', 'error');
    await stand.setCheck(commit, 'build', 'passed');
    const checks = await forge.checks(repository, commit);
    expect(checks.map(({ name, state, conclusion }) => `${name} ${state} ${conclusion}`).toSorted()).toEqual([
      'build passed success',
      'ci/old failed error',
    ]);
  });

  test('of Actions shows the end of the step that failed, without times, and not what came after it', async () => {
    const forge = client();
    const { commit } = await pullRequest(forge, 'logged');
    await stand.setCheck(commit, 'test', 'failed', 'AssertionError: expected 1 to be 2\n    at greet.test.ts:3:1');
    const [check] = await forge.checks(repository, commit);
    if (check === undefined) throw new Error('a check was expected');
    const log = await forge.checkLog(repository, check);
    expect(log.step).toBe('Run tests');
    expect(log.tail).toContain('AssertionError: expected 1 to be 2\n    at greet.test.ts:3:1');
    expect(log.tail).not.toContain('Post job cleanup');
    expect(log.tail).not.toMatch(/\d{4}-\d\d-\d\dT/);
  });
});

describe('as an App', () => {
  test('it speaks as the user of the App, by tokens of its installation that it asks for once', async () => {
    const forge = asApp();
    expect(await forge.self()).toMatchObject({ login: `${stand.app.slug}[bot]`, isBot: true });
    expect(await forge.repositories()).toEqual([repository]);
    const number = await stand.createIssue({ title: 'Of an App' });
    const before = stand.requests.length;
    await forge.tell({ repository, number }, commentMarker('run_3', 'plan'), 'The plan.');
    await forge.tell({ repository, number }, commentMarker('run_3', 'plan'), 'A better plan.');
    expect((await stand.comments(number)).map(({ body, user }) => [body.split('\n')[0], user.login])).toEqual([
      ['A better plan.', `${stand.app.slug}[bot]`],
    ]);
    const asked = stand.requests.slice(before);
    expect(asked.filter(({ path }) => path.endsWith('/access_tokens')).length).toBeLessThanOrEqual(1);
    expect(asked.filter(({ path }) => path.includes('/issues/')).every(({ authorization }) => authorization.startsWith('token ghs_'))).toBe(
      true,
    );
    // The stand verifies every token of the App by its public key.
    expect(stand.requests.some(({ authorization }) => authorization.startsWith('bearer eyJ'))).toBe(true);
  });

  test('git is let in by the token of the installation', async () => {
    const git = 'https://github.example.org/<repository>.git';
    const { id, privateKey } = stand.app;
    const forge = client({ git, identity: { kind: 'app', appId: id, privateKey } });
    expect(await forge.gitCredential(repository)).toEqual({
      kind: 'token',
      username: 'x-access-token',
      token: expect.stringMatching(/^ghs_/) as string,
    });
    expect(await asApp().gitCredential(repository), 'a folder needs none').toBeUndefined();
  });

  test('it says where it is not installed', async () => {
    const error = await thrown(asApp().repository('somebody/else'));
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).text.fix).toContain('Install App');
  });
});
