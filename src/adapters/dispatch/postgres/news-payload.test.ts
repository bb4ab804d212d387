import { expect, it } from 'vitest';
import type { JobId } from '../../../domain/ids.ts';
import { anyNews } from '../../../ports/changes.ts';
import { newsPayload, readNewsPayload } from './news-payload.ts';

it('says what a commit may mean, and who says it', () => {
  const news = { ready: true, attend: false, scheduled: 1_700_000_000_123, jobs: new Set(['a' as JobId, 'b' as JobId]) };
  for (const told of [news, { ...news, attend: true, scheduled: undefined }, { ...news, jobs: undefined }, { ...news, ready: false }])
    expect(readNewsPayload(newsPayload({ sender: 'me', news: told }))).toEqual({ sender: 'me', news: told });
});

it('leaves out which jobs it is about when a notification does not take them all', () => {
  const jobs = new Set(Array.from({ length: 250 }, (_, index) => `0190a1b2-c3d4-7000-8000-${String(index).padStart(12, '0')}` as JobId));
  const payload = newsPayload({ sender: 'me', news: { ...anyNews, attend: false, jobs } });
  expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
  expect(readNewsPayload(payload).news).toEqual({ ...anyNews, attend: false, jobs: undefined });
});

it('takes what it does not understand for news that may mean anything', () => {
  for (const text of ['', '{', '7', '[]', '{"a":1}', '["x",1,1,null]', '[[],2,2,"x",7]'])
    expect(readNewsPayload(text)).toEqual({ sender: '', news: anyNews });
});
