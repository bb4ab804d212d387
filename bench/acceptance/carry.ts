import { setTimeout } from 'node:timers/promises';
import type { ForgeSite } from '../../test/support/forge-site.ts';
import { serveSite } from '../../test/support/serve-site.ts';
import type { ExampleIssue } from './issues.ts';
import type { WhoWorks } from './site.ts';
import { configurationFor, repositoryOf } from './site.ts';

/** How an issue ended that was written at the forge, and after how long. */
export interface CarriedIssue {
  readonly name: string;
  readonly who: WhoWorks;
  readonly end: 'closed' | 'failed' | 'asks a person' | 'late';
  /** From the moment that it was written until it was closed, merged and deployed by then. */
  readonly minutes: number;
}

const lookEveryMs = 250;
const mostMinutes = 15;

export interface CarryRequest {
  readonly site: ForgeSite;
  readonly all: readonly ExampleIssue[];
  readonly who: WhoWorks;
  readonly issues: readonly ExampleIssue[];
  /** Issues that are open at a time. */
  readonly atOnce: number;
  /** The service is killed once so many have ended, and started anew. */
  readonly killAfter: number | undefined;
  readonly onEnd: (issue: CarriedIssue) => void;
}

/** Writes issues and lets a service carry them, so many at a time. */
export async function carryIssues({ site, all, who, issues, atOnce, killAfter, onEnd }: CarryRequest): Promise<readonly CarriedIssue[]> {
  await site.configure(configurationFor(who, site, all));
  await using serving = new AsyncDisposableStack();
  let service = serving.use(await serveSite(site));
  const left = [...issues];
  const ended: CarriedIssue[] = [];
  let isKilled = killAfter === undefined;
  const lane = async (): Promise<void> => {
    for (let issue = left.shift(); issue !== undefined; issue = left.shift()) {
      const carried = await carryOne(site, who, issue);
      ended.push(carried);
      onEnd(carried);
      if (isKilled || ended.length < killAfter!) continue;
      isKilled = true;
      await service.kill();
      service = serving.use(await serveSite(site));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return ended;
}

async function carryOne({ repositories }: ForgeSite, who: WhoWorks, issue: ExampleIssue): Promise<CarriedIssue> {
  const repository = repositories.find(({ name }) => name === repositoryOf(issue))!;
  const began = performance.now();
  const minutes = (): number => (performance.now() - began) / 60_000;
  const number = await repository.openIssue({ title: issue.title, body: issue.body });
  const end = async (): Promise<CarriedIssue['end']> => {
    while (minutes() < mostMinutes) {
      const { state, labels } = await repository.stateOf(number);
      if (state === 'closed') return 'closed';
      if (labels.includes('state:failed')) return 'failed';
      if (labels.includes('state:blocked')) return 'asks a person';
      await setTimeout(lookEveryMs);
    }
    return 'late';
  };
  return { name: issue.name, who, end: await end(), minutes: minutes() };
}
