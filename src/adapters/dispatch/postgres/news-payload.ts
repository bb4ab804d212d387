import type { JobId } from '../../../domain/ids.ts';
import { anyNews } from '../../../ports/changes.ts';
import type { News } from '../../../ports/changes.ts';

/** The most bytes that PostgreSQL takes with a notification are 7,999. */
const mostBytes = 7_900;

/** What one process tells the others. */
export interface Told {
  /** Who tells it: a process does not listen to itself. */
  readonly sender: string;
  readonly news: News;
}

/** News as the text of a notification. Which jobs it is about is left out when they are too many. */
export function newsPayload({ sender, news }: Told): string {
  const text = payload(sender, news, news.jobs === undefined ? null : [...news.jobs]);
  return Buffer.byteLength(text) <= mostBytes ? text : payload(sender, news, null);
}

function payload(sender: string, { ready, attend, scheduled }: News, jobs: readonly JobId[] | null): string {
  return JSON.stringify([sender, ready ? 1 : 0, attend ? 1 : 0, scheduled ?? null, jobs]);
}

/** Reads a notification; one that another program or another version has sent may mean anything. */
export function readNewsPayload(text: string): Told {
  const told = parsed(text);
  if (!Array.isArray(told) || told.length !== 5) return { sender: '', news: anyNews };
  const [sender, ready, attend, scheduled, jobs] = told as readonly unknown[];
  const known = Array.isArray(jobs) && jobs.every((job) => typeof job === 'string') ? new Set(jobs as JobId[]) : undefined;
  return {
    sender: typeof sender === 'string' ? sender : '',
    news: { ready: ready !== 0, attend: attend !== 0, scheduled: typeof scheduled === 'number' ? scheduled : undefined, jobs: known },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
