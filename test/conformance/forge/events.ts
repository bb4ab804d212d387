import { expect, it } from 'vitest';
import type { ForgeEvent } from '../../../src/domain/forge-event.ts';
import type { ForgeCases } from '../forge-conformance.ts';
import { opened } from './pull-requests.ts';

/** Looking is told what has happened from a little before the case began. */
const overlapMs = 1_000;

function happenings(events: readonly ForgeEvent[], number: number): readonly ForgeEvent[] {
  return events.filter((event) =>
    'issue' in event
      ? (event.kind === 'comment' ? event.issue : event.issue.number) === number
      : 'number' in event && event.number === number,
  );
}

export function eventCases(cases: ForgeCases): void {
  const { stand, unlessLacking } = cases;

  it('finds by looking that an issue got its label, by whom it may be judged, and finds it again as the same', async () => {
    const { forge, repository, writeIssue, putLabel } = stand();
    await forge.missed(repository, Date.now(), []);
    const since = Date.now() - overlapMs;
    const number = await writeIssue({ title: 'Wanted', labels: ['other'] });
    await putLabel(number, 'miyabi');
    const found = async (): Promise<readonly ForgeEvent[]> =>
      happenings(await forge.missed(repository, since, []), number).filter(
        (event) => event.kind === 'issue' && event.action === 'labeled' && event.label === 'miyabi',
      );
    const first = await found();
    expect(first).toMatchObject([{ forge: forge.name, repository, issue: { number, title: 'Wanted', state: 'open' } }]);
    expect(first[0]?.identity.length).toBeLessThanOrEqual(200);
    expect((await found()).map(({ identity }) => identity)).toEqual(first.map(({ identity }) => identity));
  });

  it('finds comments with their authors, each as itself however often it looks', async () => {
    const { forge, repository, writeIssue, writeComment, person } = stand();
    const since = Date.now() - overlapMs;
    const number = await writeIssue({ title: 'Commanded' });
    const ada = await person('write');
    await writeComment(number, ada, '/miyabi run');
    const comments = async (): Promise<readonly ForgeEvent[]> =>
      happenings(await forge.missed(repository, since, []), number).filter(({ kind }) => kind === 'comment');
    const first = await comments();
    expect(first).toMatchObject([{ issue: number, isPullRequest: false, sender: { id: ada.id }, comment: { author: { id: ada.id } } }]);
    await writeComment(number, ada, '/miyabi stop');
    const both = await comments();
    expect(both.map((event) => event.kind === 'comment' && event.comment.body.trim())).toEqual(['/miyabi run', '/miyabi stop']);
    expect(both[0]?.identity).toBe(first[0]?.identity);
    expect(both[1]?.identity).not.toBe(first[0]?.identity);
    expect(happenings(await forge.missed(repository, Date.now() + 3_600_000, []), number)).toEqual([]);
  });

  it('finds that checks of a watched pull request have changed, and that a person closed it', async () => {
    const { forge, repository, setCheck, closePullRequest } = stand();
    const { number, head } = await opened(cases);
    await forge.missed(repository, Date.now(), [number]);
    const since = Date.now() - overlapMs;
    await setCheck(head.commit, 'test', 'failed', 'no');
    const events = await forge.missed(repository, since, [number]);
    expect(events.filter((event) => event.kind === 'checks' && event.commit === head.commit).length).toBeGreaterThan(0);
    await closePullRequest(number);
    expect(happenings(await forge.missed(repository, since, [number]), number)).toMatchObject([{ kind: 'pull-request', action: 'closed' }]);
  });

  unlessLacking('reviews')('finds a review with what it says', async () => {
    const { forge, repository, review, person } = stand();
    if (review === undefined) throw new Error('The stand has no reviews.');
    const { number } = await opened(cases);
    const since = Date.now() - overlapMs;
    const ada = await person('write');
    await review(number, ada, 'approved', 'Good.');
    const reviews = happenings(await forge.missed(repository, since, [number]), number).filter(({ kind }) => kind === 'review');
    expect(reviews).toMatchObject([{ state: 'approved', sender: { id: ada.id } }]);
  });
}
