import { setTimeout } from 'node:timers/promises';
import type { ForgeSite, SiteRepository } from '../support/forge-site.ts';
import { endDeployed, serveSite } from '../support/serve-site.ts';
import { soakSite } from './site.ts';
import { folderMiB, sample } from './watch-process.ts';
import type { Sample } from './watch-process.ts';

export interface SoakRequest {
  /** Empty, and on the disk that is to be looked at. */
  readonly folder: string;
  /** It ends when so many runs have ended, or so much time is over. */
  readonly runs: number;
  readonly minutes: number;
  /** Hears how far it is, in a sentence. */
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What a soak came to. */
export interface Soaked {
  readonly samples: readonly Sample[];
  readonly seconds: number;
  /** How each run ended, with how long it took in ms. */
  readonly runs: ReadonlyArray<{ readonly issue: string; readonly end: 'done' | 'failed' | 'late'; readonly ms: number }>;
  /** Of the state folder, after its first tenth of runs and at the end. */
  readonly disk: { readonly early: DiskAt; readonly late: DiskAt };
}

interface DiskAt {
  readonly runs: number;
  readonly mib: number;
}

const sampleEveryMs = 5_000;
const lookEveryMs = 250;
/** A run that takes longer hangs. */
const mostRunMs = 300_000;
const tellEveryMs = 60_000;

/**
 * One service carries issue after issue of several repositories through its whole path: webhook-less intake, analysis, plan, two worlds, review, pull
 * request, merge, in the first repository a deployment with its watch, and clean-up. Meanwhile it is looked at from outside.
 */
export async function soak(request: SoakRequest): Promise<Soaked> {
  const site = await soakSite(request.folder);
  await using ending = new AsyncDisposableStack();
  ending.defer(async () => await endDeployed(site));
  const service = ending.use(await serveSite(site, ['--worlds', '2']));
  const began = performance.now();
  const over = new AbortController();
  const runs: Array<Soaked['runs'][number]> = [];
  const samples: Sample[] = [];
  const seconds = (): number => (performance.now() - began) / 1_000;
  let begun = 0;
  let early: DiskAt | undefined;
  // By the clock: a signal of a time limit within others to which nobody listens is collected as garbage, and its limit with it.
  const isOver = (): boolean => request.signal.aborted || over.signal.aborted || seconds() >= 60 * request.minutes;
  const next = (): number | undefined => (isOver() || begun >= request.runs ? undefined : (begun += 1));

  async function lane(repository: SiteRepository): Promise<void> {
    for (let number = next(); number !== undefined; number = next()) {
      const run = await carried(repository, number, request.signal);
      if (run === undefined) return;
      runs.push(run);
      if (early === undefined && runs.length >= request.runs / 10) early = await diskAt(site, runs.length);
    }
  }
  async function look(): Promise<void> {
    let told = 0;
    while (!over.signal.aborted) {
      samples.push(await sample(service.pid, site.options.state, service.url, seconds()));
      if (performance.now() - told > tellEveryMs) {
        told = performance.now();
        request.tell(inWords(runs.length, samples.at(-1)!));
      }
      await setTimeout(sampleEveryMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  }

  const looking = look();
  try {
    await Promise.race([Promise.all(site.repositories.map(lane)), service.ended]);
  } finally {
    over.abort();
    await looking;
  }
  const late = await diskAt(site, runs.length);
  return { samples, seconds: seconds(), runs, disk: { early: early ?? late, late } };
}

async function diskAt({ options }: ForgeSite, runs: number): Promise<DiskAt> {
  return { runs, mib: await folderMiB(options.state) };
}

/** Writes an issue and waits until it is closed, or until its run has failed. @returns undefined where it is not waited for any more. */
async function carried(repository: SiteRepository, number: number, signal: AbortSignal): Promise<Soaked['runs'][number] | undefined> {
  const began = performance.now();
  const issue = await repository.openIssue({ title: `Set the label to ${number} in src/label.js`, body: 'It is shown to everybody.' });
  const end = async (): Promise<'done' | 'failed' | 'late' | undefined> => {
    while (performance.now() - began < mostRunMs) {
      const { state, labels } = await repository.stateOf(issue);
      if (state === 'closed') return 'done';
      if (labels.some((label) => label === 'state:failed' || label === 'state:blocked')) return 'failed';
      if (signal.aborted) return undefined;
      await setTimeout(lookEveryMs);
    }
    return 'late';
  };
  const ended = await end();
  return ended === undefined ? undefined : { issue: `${repository.name}#${issue}`, end: ended, ms: performance.now() - began };
}

function inWords(runs: number, { rssMiB, descriptors, walMiB, lagMs, threads }: Sample): string {
  return `${runs} runs; ${rssMiB.toFixed(0)} MiB, ${descriptors} descriptors, ${threads} threads, a log of ${walMiB.toFixed(1)} MiB, ${lagMs.toFixed(0)} ms late`;
}
