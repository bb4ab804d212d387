import { expect, it } from 'vitest';
import { commentMarker, isOurs } from '../../../src/domain/forge.ts';
import type { ForgeCases } from '../forge-conformance.ts';

export function commentCases({ stand }: ForgeCases): void {
  it('gives comments with their authors, oldest first, and only the later ones where asked', async () => {
    const { forge, repository, writeIssue, writeComment, person } = stand();
    const number = await writeIssue({ title: 'Talked about' });
    const [ada, bob] = [await person('write'), await person('read')];
    await writeComment(number, ada, 'First.');
    await writeComment(number, bob, '/miyabi run\n\n```\n---\n```');
    const all = await forge.comments({ repository, number });
    expect(all.map(({ body }) => body.trim())).toEqual(['First.', '/miyabi run\n\n```\n---\n```']);
    expect(all.map(({ author }) => author.id)).toEqual([ada.id, bob.id]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(2);
    expect(await forge.comments({ repository, number }, Date.now() + 3_600_000)).toEqual([]);
    expect(await forge.comments({ repository, number }, Date.now() - 3_600_000)).toHaveLength(2);
  });

  it('gives the comments of all issues, with the number they stand at', async () => {
    const { forge, repository, writeIssue, writeComment, person } = stand();
    const since = Date.now() - 3_600_000;
    const [one, other] = [await writeIssue({ title: 'One' }), await writeIssue({ title: 'Other' })];
    const ada = await person('write');
    await writeComment(one, ada, 'At the one.');
    await writeComment(other, ada, 'At the other.');
    const comments = (await forge.commentsSince(repository, since)).filter(({ number }) => number === one || number === other);
    expect(comments.map(({ number, body, isPullRequest }) => [number, body.trim(), isPullRequest])).toEqual([
      [one, 'At the one.', false],
      [other, 'At the other.', false],
    ]);
    expect(await forge.commentsSince(repository, Date.now() + 3_600_000)).toEqual([]);
  });

  it('tells a thing in one comment, which it edits in place', async () => {
    const { forge, repository, writeIssue } = stand();
    const place = { repository, number: await writeIssue({ title: 'Told' }) };
    const marker = commentMarker('run_0000000001', 'plan');
    const first = await forge.tell(place, marker, 'The **plan**, first.');
    const same = await forge.tell(place, marker, 'The **plan**, first.');
    const later = await forge.tell(place, marker, 'The plan, later.\n\n| a | b |\n|---|---|');
    expect([same.id, later.id]).toEqual([first.id, first.id]);
    const [only, ...more] = await forge.comments(place);
    expect(more).toEqual([]);
    expect(only?.body).toContain('The plan, later.\n\n| a | b |');
    expect(isOurs(only?.body ?? '')).toBe(true);
    expect(only?.author.id).toBe((await forge.self()).id);
  });

  it('keeps apart what is told of one kind, of another, and of another run', async () => {
    const { forge, repository, writeIssue } = stand();
    const place = { repository, number: await writeIssue({ title: 'Told thrice' }) };
    const markers = [commentMarker('run_a', 'plan'), commentMarker('run_a', 'review'), commentMarker('run_b', 'plan')];
    for (const marker of markers) await forge.tell(place, marker, 'Said.');
    for (const marker of markers) await forge.tell(place, marker, 'Said again.');
    expect((await forge.comments(place)).map(({ body }) => body.trim())).toEqual(markers.map((marker) => `Said again.\n\n${marker}`));
  });

  it('makes one comment where two tell the same at once', async () => {
    const { forge, repository, writeIssue } = stand();
    const place = { repository, number: await writeIssue({ title: 'Told at once' }) };
    const marker = commentMarker('run_0000000002', 'plan');
    const told = await Promise.all([forge.tell(place, marker, 'Said.'), forge.tell(place, marker, 'Said.')]);
    expect(told[0].id).toBe(told[1].id);
    expect(await forge.comments(place)).toHaveLength(1);
  });

  it('touches no comment of anybody else, whatever marker stands in it', async () => {
    const { forge, repository, writeIssue, writeComment, person } = stand();
    const place = { repository, number: await writeIssue({ title: 'Forged' }) };
    const marker = commentMarker('run_0000000003', 'plan');
    await writeComment(place.number, await person('read'), `Mine.\n\n${marker}`);
    await forge.tell(place, marker, 'Ours.');
    await forge.tell(place, marker, 'Ours, later.');
    expect((await forge.comments(place)).map(({ body }) => body.trim())).toEqual([`Mine.\n\n${marker}`, `Ours, later.\n\n${marker}`]);
  });
}
